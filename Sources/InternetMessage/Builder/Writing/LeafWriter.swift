import SMTP

/// Writes one entity: its fields, and its body in a transfer encoding.
struct LeafWriter {
    let part: MessagePart
    let extensions: Extensions
    let isSigned: Bool
    let isLast: Bool

    func text(_ text: String) throws(MessageBuilderError) -> WrittenEntity {
        var type = try mediaType()
        guard type.name.starts(with: "text/".utf8) else { throw .invalidMediaType }
        if let charset = type.parameters.first(where: { $0.name == "charset" }) {
            guard charset.value.lowercased() == "utf-8" else { throw .invalidParameter(in: .contentType) }
        } else {
            type.parameters.insert(FieldParameter("charset", "utf-8"), at: 0)
        }
        let content = ContentEncoder.canonicalLines(text)
        return try leaf(content, type, isText: true, isExact: false)
    }

    func octets(_ octets: [UInt8]) throws(MessageBuilderError) -> WrittenEntity {
        let type = try mediaType()
        let isStatus = type.name.starts(with: "message/".utf8)
        guard !type.name.starts(with: "multipart/".utf8), !Self.isMessage(type.name) else { throw .invalidMediaType }
        return try leaf(octets, type, isText: isStatus || type.name.starts(with: "text/".utf8), isExact: true)
    }

    func message(_ octets: [UInt8]) throws(MessageBuilderError) -> WrittenEntity {
        let facts = LineFacts(octets)
        let header = HeaderSection(octets)
        guard facts.isOfLines, header.finding(.noBlankLine) == nil else { throw .malformedEntity }
        let isGlobal = octets[..<header.length].contains { $0 >= 0x80 }
        let type = WrittenType(name: Array((isGlobal ? "message/global" : "message/rfc822").utf8), parameters: [])
        let encoding = part.encoding ?? (facts.hasEightBit ? .eightBit : .sevenBit)
        // RFC 2046 §5.2.1: no encoding that hides the structure
        guard encoding.isIdentity else { throw .encodingCannotCarry(encoding) }
        return try leaf(octets, type, isText: true, isExact: true, encoding: encoding)
    }

    func entity(_ octets: [UInt8]) throws(MessageBuilderError) -> WrittenEntity {
        let facts = LineFacts(octets)
        let header = HeaderSection(octets)
        guard facts.isOfLines, header.findings.isEmpty,
            header.fields.allSatisfy({ HeaderFieldName($0.name)?.isOfMIME == true })
        else { throw .malformedEntity }
        let fields = header.fields.flatMap(\.raw)
        let body = Array(octets[header.length...])
        if fields.contains(where: { $0 >= 0x80 }), !extensions.contains(.smtpUTF8) || isSigned {
            throw .needsSMTPUTF8(.contentType)
        }
        let hasEightBit = facts.hasEightBit
        guard !hasEightBit || (extensions.contains(.eightBitMIME) && !isSigned) else {
            throw .encodingCannotCarry(.eightBit)
        }
        let type = header.fields(named: .contentType).first.flatMap { MediaType($0.body) } ?? .plainText
        return WrittenEntity(
            header: fields, body: body, needs: hasEightBit ? .eightBitMIME : .sevenBit, type: type.name)
    }

    func container(
        _ body: [UInt8], boundary: Boundary, needs: BodyType, firstType: [UInt8]
    ) throws(MessageBuilderError) -> WrittenEntity {
        var type = try mediaType()
        guard type.name.starts(with: "multipart/".utf8) else { throw .invalidMediaType }
        guard !type.parameters.contains(where: { $0.name == "boundary" }) else {
            throw .invalidParameter(in: .contentType)
        }
        guard part.encoding == nil || part.encoding == (needs.encodingOfContainer ?? .sevenBit) else {
            throw .encodingCannotCarry(part.encoding ?? .sevenBit)
        }
        if type.name.elementsEqual("multipart/related".utf8) {
            // RFC 2387 §3.1
            type.parameters.append(FieldParameter("type", String(decoding: firstType, as: UTF8.self)))
        }
        var header = try contentType(type, boundary: boundary)
        if let encoding = needs.encodingOfContainer { header += try Self.encodingField(encoding) }
        header += try otherFields()
        return WrittenEntity(header: header, body: body, needs: needs, type: type.name)
    }

    private func leaf(
        _ content: [UInt8], _ type: WrittenType, isText: Bool, isExact: Bool, encoding: TransferEncoding? = nil
    ) throws(MessageBuilderError) -> WrittenEntity {
        let encoder = ContentEncoder(
            extensions: extensions, isSigned: isSigned, isText: isText, isExact: isExact, isLast: isLast)
        let encoded = try encoder.encode(content, as: encoding ?? part.encoding)
        let header = try contentType(type) + Self.encodingField(encoded.encoding) + otherFields()
        return WrittenEntity(header: header, body: encoded.body, needs: encoded.encoding.needs, type: type.name)
    }

    // MARK: Fields

    private struct WrittenType {
        var name: [UInt8]
        var parameters: [FieldParameter]
    }

    private static func isMessage(_ name: [UInt8]) -> Bool {
        name.elementsEqual("message/rfc822".utf8) || name.elementsEqual("message/global".utf8)
    }

    private func mediaType() throws(MessageBuilderError) -> WrittenType {
        try HeaderText.check(part.type, in: .contentType, strictly: true)
        guard let type = MediaType(Array(part.type.utf8)),
            part.type.utf8.lazy.map(\.lowercasedASCII).starts(with: type.name),
            (type.type + type.subtype).allSatisfy({ $0.isTokenByte && $0 < 0x80 }), !type.parameters.isMalformed,
            type.parameters.repeated.isEmpty, type.name.count <= 255
        else { throw .invalidMediaType }
        let written = type.parameters.all.map {
            FieldParameter(String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
        }
        let parameters = written + part.parameters
        guard Set(parameters.map { $0.name.lowercased() }).count == parameters.count else {
            throw .invalidParameter(in: .contentType)
        }
        return WrittenType(name: type.name, parameters: parameters)
    }

    private func contentType(_ type: WrittenType, boundary: Boundary? = nil) throws(MessageBuilderError) -> [UInt8] {
        var writer = FieldWriter(.contentType)
        writer.add(type.name)
        for parameter in type.parameters { try ParameterWriter.write(parameter, into: &writer) }
        if let boundary {
            writer.attach(";")
            writer.add(Array("boundary=".utf8) + HeaderText.quoted(boundary.text))
        }
        return try writer.finish()
    }

    private static func encodingField(_ encoding: TransferEncoding) throws(MessageBuilderError) -> [UInt8] {
        var writer = FieldWriter(.contentTransferEncoding)
        writer.add(encoding.name)
        return try writer.finish()
    }

    private func otherFields() throws(MessageBuilderError) -> [UInt8] {
        var fields: [UInt8] = []
        let encoder = FieldEncoder(allowsUTF8: extensions.contains(.smtpUTF8) && !isSigned)
        if let disposition = part.disposition {
            let parameters = disposition.fileName.map { [FieldParameter("filename", $0)] } ?? []
            fields += try encoder.field(.contentDisposition, .parameters(disposition.type, parameters))
        }
        if let id = part.contentID {
            let body = FieldBody.messageIDs(id.hasPrefix("<") ? id : "<\(id)>")
            fields += try encoder.field(.contentID, body)
        }
        if let text = part.contentDescription { fields += try encoder.field(.contentDescription, .text(text)) }
        return fields
    }
}
