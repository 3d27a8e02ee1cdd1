import SMTP

/// Writes header fields by the rules of their bodies.
struct FieldEncoder {
    /// UTF-8 may stand in fields (RFC 6532).
    let allowsUTF8: Bool

    /// The field with its line end; nothing when there is nothing to write.
    func field(_ name: HeaderFieldName, _ body: FieldBody) throws(MessageBuilderError) -> [UInt8] {
        guard name.bytes.count <= Self.maximumName else { throw .lineTooLong(in: name) }
        var writer = FieldWriter(name)
        switch body {
        case .text(let text):
            try HeaderText.check(text, in: name, strictly: false)
            HeaderText.write(text, allowsUTF8: allowsUTF8, into: &writer)
        case .addresses(let lists):
            let addresses = try addresses(lists, in: name)
            guard !addresses.isEmpty else { return [] }
            try write(addresses, into: &writer)
        case .messageIDs(let ids):
            for id in try messageIDs(ids, in: name) { writer.add([UInt8(ascii: "<")] + id.bytes + [UInt8(ascii: ">")]) }
        case .date(let date):
            writer.add(date.bytes)
        case .structured(let text):
            try writeStructured(text, into: &writer)
        case .parameters(let value, let parameters):
            try writeStructured(value, into: &writer)
            for parameter in parameters { try ParameterWriter.write(parameter, into: &writer) }
        case .raw(let octets):
            return try raw(name, octets)
        }
        return try writer.finish()
    }

    /// With a longer one there is no room for what RFC 2047 needs.
    private static let maximumName = 500

    // MARK: Addresses

    /// All addresses of the lists; the domains are A-labels when UTF-8 is not allowed.
    func addresses(_ lists: [String], in name: HeaderFieldName) throws(MessageBuilderError) -> [Address] {
        var addresses: [Address] = []
        for list in lists {
            try HeaderText.check(list, in: name, strictly: true)
            let parsed: AddressList
            do {
                parsed = try AddressList(Array(list.utf8))
            } catch {
                throw .invalidAddress(in: name, error)
            }
            for address in parsed.addresses {
                switch address {
                case .mailbox(let mailbox): addresses.append(.mailbox(try transportable(mailbox, in: name)))
                case .group(let group, let members):
                    var written: [NamedMailbox] = []
                    for member in members { written.append(try transportable(member, in: name)) }
                    addresses.append(.group(group, written))
                }
            }
        }
        return addresses
    }

    /// The mailbox in a form that may stand in the message and in the envelope.
    func transportable(_ mailbox: Mailbox, in name: HeaderFieldName) throws(MessageBuilderError) -> Mailbox {
        if allowsUTF8 || mailbox.isASCII { return mailbox }
        guard let ascii = mailbox.asciiForm else { throw .needsSMTPUTF8(name) }
        return ascii
    }

    private func transportable(
        _ named: NamedMailbox, in name: HeaderFieldName
    ) throws(MessageBuilderError) -> NamedMailbox {
        // RFC 2047 §5 forbids it, and readers that decode it would see another address
        guard !named.hasEncodedWordInAddress else { throw .invalidAddress(in: name, .invalidMailbox(offset: 0)) }
        let mailbox = try transportable(named.mailbox, in: name)
        return NamedMailbox(
            displayName: named.displayName, mailbox: mailbox, comments: [], hadRoute: false,
            hasEncodedWordInAddress: false)
    }

    private func write(_ addresses: [Address], into writer: inout FieldWriter) throws(MessageBuilderError) {
        for (index, address) in addresses.enumerated() {
            switch address {
            case .mailbox(let mailbox): write(mailbox, into: &writer)
            case .group(let name, let members):
                HeaderText.writePhrase(name.text, allowsUTF8: allowsUTF8, into: &writer)
                // RFC 2047 §5 (3): no special touches an encoded-word
                if writer.bytes.suffix(2).elementsEqual("?=".utf8) { writer.attach(" ") }
                writer.attach(":")
                for (index, member) in members.enumerated() {
                    write(member, into: &writer)
                    if index + 1 < members.count { writer.attach(",") }
                }
                writer.attach(";")
            }
            if index + 1 < addresses.count { writer.attach(",") }
        }
    }

    private func write(_ named: NamedMailbox, into writer: inout FieldWriter) {
        let address = named.mailbox.bytes
        let name = named.displayName?.text ?? ""
        guard !name.isEmpty else { return writer.add(address) }
        HeaderText.writePhrase(name, allowsUTF8: allowsUTF8, into: &writer)
        writer.add([UInt8(ascii: "<")] + address + [UInt8(ascii: ">")])
    }

    // MARK: Others

    func messageIDs(_ text: String, in name: HeaderFieldName) throws(MessageBuilderError) -> [MessageID] {
        try HeaderText.check(text, in: name, strictly: true)
        var ids: [MessageID] = []
        for word in Array(text.utf8).split(separator: .space) {
            // nothing is left out: no comment, no white space
            guard let id = MessageID(Array(word)), id.bytes.count + 2 == word.count else {
                throw .invalidMessageID(in: name)
            }
            if !allowsUTF8, id.bytes.contains(where: { $0 >= 0x80 }) { throw .needsSMTPUTF8(name) }
            ids.append(id)
        }
        guard !ids.isEmpty else { throw .invalidMessageID(in: name) }
        return ids
    }

    private func writeStructured(_ text: String, into writer: inout FieldWriter) throws(MessageBuilderError) {
        try HeaderText.check(text, in: writer.name, strictly: true)
        if !allowsUTF8, text.utf8.contains(where: { $0 >= 0x80 }) { throw .needsSMTPUTF8(writer.name) }
        for word in Array(text.utf8).split(separator: .space) { writer.add(Array(word)) }
    }

    private func raw(_ name: HeaderFieldName, _ octets: [UInt8]) throws(MessageBuilderError) -> [UInt8] {
        guard let field = HeaderField(name: name, body: octets), isWellFormedUTF8(octets) else {
            throw .malformedRawField(name)
        }
        if !allowsUTF8, octets.contains(where: { $0 >= 0x80 }) { throw .needsSMTPUTF8(name) }
        guard LineFacts(field.raw).longest <= FieldWriter.maximumWidth else { throw .lineTooLong(in: name) }
        // a line of white space alone ends the header section for some readers
        let lines = field.raw.split(separator: .lineFeed)
        guard lines.dropFirst().allSatisfy({ $0.contains { !$0.isFoldingWhiteSpace } }) else {
            throw .malformedRawField(name)
        }
        return field.raw
    }
}
