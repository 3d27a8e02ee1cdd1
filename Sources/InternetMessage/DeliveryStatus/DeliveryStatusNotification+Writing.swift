public import SMTP

extension DeliveryStatusNotification {
    /// The notification as a message to the sender of the one it is about: `multipart/report` with a text for people, the
    /// fields for programs, and what is returned of the message (RFC 6522, RFC 3464, RFC 6533).
    ///
    /// Its reverse-path is null and it says `Auto-Submitted: auto-replied`, so that nobody answers it (RFC 3834 §5). What
    /// other servers said stands there cut, without control characters, and as text. Bcc fields are not returned. The message
    /// is returned in full only with RET=FULL, when a recipient failed, it is small, and its structure is certain; else its
    /// header section.
    ///
    /// - Parameters:
    ///   - to: the reverse-path of the message. Who has none gets no report.
    ///   - from: whose name it bears. Without one it is `MAILER-DAEMON` at the reporting host.
    ///   - date: now.
    ///   - original: the message it is about.
    ///   - extensions: what the way back is known to carry.
    /// - Throws: `noRecipient` when nothing is reported, `missingField` when the reporting host is no domain and there is no
    ///   `from`, `needsSMTPUTF8` when an address of sender or recipient cannot be written without.
    public func message(
        to: Mailbox, from: NamedMailbox? = nil, date: InternetDate, original: ReportedMessage?,
        allowing extensions: Extensions = [], using randomness: inout some RandomNumberGenerator
    ) throws(MessageBuilderError) -> Message {
        guard !recipients.isEmpty else { throw .noRecipient }
        guard let from = from ?? mailerDaemon else { throw .missingField(.from) }
        let isGlobal = needsUTF8 && extensions.contains(.smtpUTF8)
        let header = original.map { HeaderSection(Array($0.octets.prefix(ReportedMessage.maximumHeader))) }
        var parts: [MessagePart] = [
            .plain(DeliveryStatusText(self, about: header).text),
            .octets(
                StatusFieldWriter(allowsUTF8: isGlobal).fields(of: self),
                type: isGlobal ? "message/global-delivery-status" : "message/delivery-status"),
        ]
        if let original, let returned = returned(original, extensions) { parts.append(returned) }
        var builder = MessageBuilder(from: [from], date: date)
            .to([NamedMailbox(to)])
            .subject(DeliveryStatusWords.subject(action))
            .adding(.autoSubmitted, .structured("auto-replied"))
            .body(.multipart("report", parts, parameters: [FieldParameter("report-type", "delivery-status")]))
            .envelope(MessageEnvelope(reversePath: .null, forwardPaths: [to]))
            .allowing(extensions)
        if let header { builder = Self.threaded(builder, behind: header) }
        return try builder.build(using: &randomness)
    }

    private var mailerDaemon: NamedMailbox? {
        guard let host = Domain(reportingMTA.value), let local = LocalPart(Array("MAILER-DAEMON".utf8)) else {
            return nil
        }
        return NamedMailbox(
            Mailbox(localPart: local, domain: host), name: DisplayName(DeliveryStatusWords.senderName))
    }

    private var needsUTF8: Bool {
        recipients.contains { recipient in
            [recipient.originalRecipient, recipient.finalRecipient].contains { value in
                value?.value.contains { $0 >= 0x80 } ?? false
            }
        }
    }

    // RFC 5322 §3.6.4. What is no plain identifier is left out: it came from outside.
    private static func threaded(_ builder: MessageBuilder, behind header: HeaderSection) -> MessageBuilder {
        guard let body = header.fields(named: .messageID).first?.body, let id = MessageID(body).flatMap(plain) else {
            return builder
        }
        let earlier = header.fields(named: .references).first.map { MessageID.all(in: $0.body) } ?? []
        let references = earlier.compactMap(plain).suffix(maximumReferences) + [id]
        return builder.inReplyTo(id).references(references.joined(separator: " "))
    }

    private static let maximumReferences = 20

    private static func plain(_ id: MessageID) -> String? {
        guard id.bytes.count <= 250, id.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return "<" + String(decoding: id.bytes, as: UTF8.self) + ">"
    }

    // MARK: What is returned

    private func returned(_ original: ReportedMessage, _ extensions: Extensions) -> MessagePart? {
        if original.ret == .full, original.isWhole, original.octets.count <= ReportedMessage.maximumFull,
            recipients.contains(where: { $0.action == .failed }),
            let message = Self.carried(Self.withoutBcc(original.octets), extensions)
        {
            return .message(message)
        }
        return Self.header(original.octets)
    }

    /// The whole message, when it can stand in another and is certain to be read as one.
    private static func carried(_ octets: [UInt8], _ extensions: Extensions) -> [UInt8]? {
        let facts = LineFacts(octets)
        guard facts.isOfLines, HeaderSection(octets).finding(.noBlankLine) == nil, !MIMEMessage(octets).isAmbiguous
        else { return nil }
        guard facts.hasEightBit, !extensions.contains(.eightBitMIME) else { return octets }
        return try? EightBitConverter.convert(octets)
    }

    private static let hidden: Set<HeaderFieldName> = [.bcc, HeaderFieldName(known: "Resent-Bcc")]

    private static func withoutBcc(_ octets: [UInt8]) -> [UInt8] {
        var sieve = HeaderSieve(rule: HeaderSieve.Rule(names: hidden, authservIDs: []))
        var out: [UInt8] = []
        out.reserveCapacity(octets.count)
        sieve.push(octets.span, into: &out)
        sieve.finish(into: &out)
        return out
    }

    /// The header section, as many whole fields as there is room for (RFC 6522 §4, RFC 6533 §5).
    private static func header(_ octets: [UInt8]) -> MessagePart? {
        let section = HeaderSection(Array(octets.prefix(ReportedMessage.maximumHeader)))
        var fields = section.fields
        // the last one may be cut off in the middle
        if section.finding(.noBlankLine) != nil, octets.count > section.length { fields = fields.dropLast() }
        let shown = fields.filter { field in !hidden.contains { field.isNamed($0) } }
        let content = shown.flatMap { $0.raw.last == .lineFeed ? $0.raw : $0.raw + [.carriageReturn, .lineFeed] }
        guard !content.isEmpty else { return nil }
        let isGlobal = content.contains { $0 >= 0x80 }
        return .octets(content, type: isGlobal ? "message/global-headers" : "text/rfc822-headers")
    }
}
