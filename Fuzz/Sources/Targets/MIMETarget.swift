import InternetMessage

/// Parts lie in one another and in the message, limits are kept, texts can be shown and names used; the header ends where
/// the reader of header sections says. Without its last octet a message has no more parts.
@Sendable func fuzzMIME(_ input: [UInt8]) {
    let message = MIMEMessage(input)
    require((1...1_000).contains(message.entities.count), "\(message.entities.count) entities")
    require(message.visited <= 101 * input.count, "\(message.visited) octets were looked at, of \(input.count)")
    for (index, entity) in message.entities.enumerated() { liesInside(entity, index, message) }
    for finding in message.findings {
        require(message.entities.indices.contains(finding.entity), "a finding about no entity")
        require((0...input.count).contains(finding.offset), "a finding outside the message")
    }
    let header = message.header(of: message.entities[0])
    require(header.length == message.entities[0].headerRange.count, "the header has two ends")

    let limit = 200
    let shown = message.displayText(limit: limit)
    require(shown.text.count <= limit + 40, "\(shown.text.count) octets of text, with a limit of \(limit)")
    isShowable(shown.text.filter { $0 != 0x0A && $0 != 0x09 })
    for attachment in message.attachments {
        isShowable(attachment.name.safe)
        require(!attachment.name.safe.isEmpty, "an attachment without a name")
        require(attachment.name.safe.count <= AttachmentName.maximumLength, "a long name")
        require(!attachment.name.safe.contains { $0 == 0x2F || $0 == 0x5C }, "a name that is a path")
    }
    let outline = MessageOutline(message, textLimit: limit)
    require(outline.parts.count == message.entities.count, "an outline that leaves out parts")
    require((outline.text == nil) == message.isAmbiguous, "an ambiguous text is shown")
    if !input.isEmpty {
        let shorter = MIMEMessage(Array(input.dropLast()))
        require(shorter.entities.count <= message.entities.count + 1, "a cut message has more parts")
    }
}

private func liesInside(_ entity: MIMEEntity, _ index: Int, _ message: MIMEMessage) {
    require(entity.headerRange.upperBound == entity.bodyRange.lowerBound, "entity \(index) has a gap")
    require(entity.bodyRange.upperBound <= message.bytes.count, "entity \(index) is outside the message")
    require(entity.depth <= 100, "entity \(index) is too deep")
    guard let parent = entity.parent else { return require(index == 0, "entity \(index) has no parent") }
    require(parent < index, "entity \(index) comes before its parent")
    let outer = message.entities[parent]
    require(outer.children.contains(index), "entity \(index) is no child of \(parent)")
    require(outer.bodyRange.lowerBound <= entity.headerRange.lowerBound, "entity \(index) begins before \(parent)")
    let end = max(outer.bodyRange.upperBound, entity.headerRange.upperBound)
    require(entity.bodyRange.upperBound <= end, "entity \(index) ends behind \(parent)")
}
