import SMTP

extension MessageBuilder {
    /// Builds the message.
    ///
    /// - Parameter randomness: for boundaries, and for the Message-ID when none is given. The same randomness gives the same
    ///   octets; what others can guess makes identifiers that others can guess.
    /// - Throws: the first thing that is wrong; nothing of it is written anywhere.
    public func build(using randomness: inout some RandomNumberGenerator) throws(MessageBuilderError) -> Message {
        if hasInvalidName { throw .invalidFieldName }
        let encoder = FieldEncoder(allowsUTF8: extensions.contains(.smtpUTF8))
        try checkNumbers()
        let authors = try mailboxes(.from, encoder, groups: false)
        guard let author = authors.first else {
            throw bodies(of: .from).isEmpty ? .missingField(.from) : .wrongNumberOfMailboxes(in: .from)
        }
        let sender = try sender(authors, encoder)
        let envelope = try envelope(from: sender ?? author, encoder)

        var header: [UInt8] = []
        for name in HeaderFieldName.leading {
            if name == .bcc, !keepsBcc { continue }
            if name == .sender, authors.count == 1, sender == author { continue }
            if name == .messageID, bodies(of: name).isEmpty {
                header += try encoder.field(name, .messageIDs(Self.newMessageID(of: author, using: &randomness)))
            }
            for body in bodies(of: name) { header += try encoder.field(name, body) }
        }
        for (name, body) in fields where !HeaderFieldName.leading.contains(name) {
            header += try encoder.field(name, body)
        }
        header += try encoder.field(.mimeVersion, .structured("1.0"))

        var writer = EntityWriter(extensions: extensions)
        let entity = try writer.write(part, isSigned: false, isLast: true, using: &randomness)
        header += entity.header + [.carriageReturn, .lineFeed]
        var bytes = header + entity.body
        if bytes.last != .lineFeed { bytes += [.carriageReturn, .lineFeed] }
        return Message(bytes: bytes, bodyStart: header.count, envelope: envelope, body: entity.needs)
    }

    private func checkNumbers() throws(MessageBuilderError) {
        for (name, _) in fields where name.isOfMIME { throw .reservedField(name) }
        guard !bodies(of: .date).isEmpty else { throw .missingField(.date) }
        for name in HeaderFieldName.leading where bodies(of: name).count > 1 { throw .repeatedField(name) }
        if case .messageIDs(let id)? = bodies(of: .messageID).first, id.utf8.contains(.space) {
            throw .invalidMessageID(in: .messageID)
        }
    }

    /// RFC 5322 §3.6.2
    private func sender(_ authors: [Mailbox], _ encoder: FieldEncoder) throws(MessageBuilderError) -> Mailbox? {
        let senders = try mailboxes(.sender, encoder, groups: false)
        if bodies(of: .sender).isEmpty {
            guard authors.count == 1 else { throw .senderRequired }
            return nil
        }
        guard senders.count == 1 else { throw .wrongNumberOfMailboxes(in: .sender) }
        return senders.first
    }

    private func envelope(from sender: Mailbox, _ encoder: FieldEncoder) throws(MessageBuilderError) -> MessageEnvelope
    {
        var envelope = MessageEnvelope(reversePath: .mailbox(sender), forwardPaths: [])
        var recipients: [(HeaderFieldName, Mailbox)] = []
        for name in [HeaderFieldName.to, .cc, .bcc] {
            for mailbox in try mailboxes(name, encoder, groups: true) { recipients.append((name, mailbox)) }
        }
        if let own = ownEnvelope {
            recipients = own.forwardPaths.map { (.to, $0) }
            envelope.reversePath = .null
            if let mailbox = own.reversePath.mailbox {
                envelope.reversePath = .mailbox(try encoder.transportable(mailbox, in: .returnPath))
            }
        }
        var seen: Set<Mailbox> = []
        for (name, recipient) in recipients {
            let mailbox = try encoder.transportable(recipient, in: name)
            if seen.insert(mailbox).inserted { envelope.forwardPaths.append(mailbox) }
        }
        guard !envelope.forwardPaths.isEmpty else { throw .noRecipient }
        return envelope
    }

    private func mailboxes(
        _ name: HeaderFieldName, _ encoder: FieldEncoder, groups: Bool
    ) throws(MessageBuilderError) -> [Mailbox] {
        var mailboxes: [Mailbox] = []
        for body in bodies(of: name) {
            let lists: [String]
            switch body {
            case .addresses(let given): lists = given
            case .raw(let octets): lists = [String(decoding: octets.filter { !$0.isControl }, as: UTF8.self)]
            case .text(let text), .structured(let text), .messageIDs(let text): lists = [text]
            case .date, .parameters: lists = []
            }
            for address in try encoder.addresses(lists, in: name) {
                switch address {
                case .mailbox(let named): mailboxes.append(named.mailbox)
                case .group(_, let members):
                    guard groups else { throw .wrongNumberOfMailboxes(in: name) }
                    mailboxes += members.map(\.mailbox)
                }
            }
        }
        return mailboxes
    }

    /// The host is not in it, nor the time.
    private static func newMessageID(
        of author: Mailbox, using randomness: inout some RandomNumberGenerator
    ) -> String {
        let left = RandomText.make(digits: 26, using: &randomness)
        let domain = author.asciiForm?.domain ?? author.domain
        return "<" + String(decoding: left + [UInt8(ascii: "@")] + domain.bytes, as: UTF8.self) + ">"
    }
}
