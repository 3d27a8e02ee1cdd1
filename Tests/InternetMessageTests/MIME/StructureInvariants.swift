import InternetMessage
import Testing

/// What holds for every message, whatever is in it.
func checkInvariants(_ octets: [UInt8], _ name: String) {
    let message = MIMEMessage(octets)
    #expect(!message.entities.isEmpty && message.entities.count <= 1_000, "\(name)")
    #expect(message.visited <= 101 * octets.count, "\(name)")
    for (index, entity) in message.entities.enumerated() {
        let isInside =
            entity.headerRange.upperBound == entity.bodyRange.lowerBound
            && entity.headerRange.lowerBound >= 0 && entity.bodyRange.upperBound <= octets.count
        #expect(isInside, "\(name): part \(index) is in the message")
        #expect(entity.depth <= 100, "\(name)")
        if let parent = entity.parent {
            let outer = message.entities[parent]
            #expect(parent < index && outer.children.contains(index) && entity.depth == outer.depth + 1, "\(name)")
            let isInParent =
                outer.bodyRange.lowerBound <= entity.headerRange.lowerBound
                && entity.bodyRange.upperBound <= max(outer.bodyRange.upperBound, entity.headerRange.upperBound)
            #expect(isInParent, "\(name): part \(index) is in part \(parent)")
        }
    }
    for finding in message.findings {
        #expect(
            message.entities.indices.contains(finding.entity) && (0...octets.count).contains(finding.offset), "\(name)")
    }
    let shown = message.displayText(limit: 10_000)
    #expect(isWellFormedUTF8(shown.text), "\(name): the text is UTF-8")
    #expect(!shown.text.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }, "\(name): the text has no controls")
    for attachment in message.attachments {
        let safe = attachment.name.safe
        #expect((1...AttachmentName.maximumLength).contains(safe.count) && isWellFormedUTF8(safe), "\(name)")
        #expect(!safe.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x5C } && safe.first != 0x2E, "\(name)")
    }
    _ = MessageOutline(message, textLimit: 1_000)
    checkHeader(message, name)
}

/// The reader of the structure and the reader of header sections see the same header.
private func checkHeader(_ message: MIMEMessage, _ name: String) {
    let section = HeaderSection(message.bytes, limits: HeaderLimits(maximumBytes: .max, maximumFields: .max))
    #expect(section.length == message.entities[0].headerRange.upperBound, "\(name): the header has one end")
    let own = Set(message.findings.filter { $0.entity == 0 }.compactMap { headerKind($0.kind) })
    let other = Set(section.findings.map(\.kind)).subtracting([.bareLineFeed])
    #expect(own == other, "\(name): the header has the same faults")
    let types = section.fields.filter { field in text(field.name).lowercased() == "content-type" }
    if let type = types.first.flatMap({ MediaType($0.body) }) {
        #expect(message.entities[0].mediaType == type, "\(name): the same type")
    }
}

private func headerKind(_ kind: MIMEFinding.Kind) -> HeaderFinding.Kind? {
    if case .header(let kind) = kind { return kind }
    return nil
}
