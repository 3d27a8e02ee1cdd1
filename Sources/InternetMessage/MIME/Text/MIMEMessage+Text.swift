extension MIMEMessage {
    /// The readable text of the message: of alternatives the plain one, else HTML reduced to text; the texts of a
    /// `multipart/mixed` one after the other; of `multipart/related`, `signed` and `report` the first part. Attachments,
    /// and the texts of attached messages, are not in it.
    ///
    /// - Parameter limit: octets of encoded content that are looked at, and octets of text that are written, at most.
    public func displayText(limit: Int = 262_144) -> DisplayedText {
        var shown = DisplayedText()
        let limit = max(0, limit)
        var rest = limit
        for index in TextSelection(self).entities {
            let before = shown.text.count
            rest -= show(index, encodedLimit: rest, textLimit: limit - shown.text.count, in: &shown)
            if shown.text.count > before { shown.entities.append(index) }
        }
        return shown
    }

    /// The text of one part, whatever its type and disposition.
    public func displayText(of index: Int, limit: Int = 262_144) -> DisplayedText {
        var shown = DisplayedText()
        guard entities.indices.contains(index) else { return shown }
        _ = show(index, encodedLimit: limit, textLimit: limit, in: &shown)
        shown.entities = [index]
        return shown
    }

    /// The text of a part in UTF-8 as it is, markup and control characters too: for programs, not for people.
    public func sourceText(of entity: MIMEEntity, limit: Int = 262_144) -> [UInt8] {
        let content = content(of: entity, limit: limit)
        var text: [UInt8] = []
        text.reserveCapacity(content.bytes.count)
        charset(of: entity, content.bytes).decode(content.bytes[...]) { scalar in
            text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
        return text
    }

    /// - Returns: octets that were looked at.
    private func show(_ index: Int, encodedLimit limit: Int, textLimit: Int, in shown: inout DisplayedText) -> Int {
        let entity = entities[index]
        guard !entity.bodyRange.isEmpty else { return 0 }
        guard limit > 0, textLimit > 0 else {
            shown.isTruncated = true
            return 0
        }
        let content = content(of: entity, limit: limit)
        if entity.bodyRange.count > limit {
            shown.isTruncated = true
        } else if content.isDamaged {
            shown.isDamaged = true
        }
        var writer = TextWriter(limit: textLimit)
        if !shown.text.isEmpty { writer.breakAfter(shown.text) }
        let charset = charset(of: entity, content.bytes)
        if !charset.isKnown, let name = entity.mediaType.parameters["charset"]?.value {
            shown.unknownCharsets.append(name)
            writer.showsOctets = true
        }
        if entity.mediaType.matches("text", "html") {
            var reducer = HTMLReducer()
            charset.decode(content.bytes[...]) { reducer.take($0, &writer) }
            reducer.finish(&writer)
        } else if writer.showsOctets {
            for byte in content.bytes { writer.octet(byte) }
        } else {
            charset.decode(content.bytes[...]) { writer.character($0) }
        }
        if writer.isFull { shown.isTruncated = true }
        shown.text += writer.text
        return min(limit, entity.bodyRange.count)
    }

    /// The charset that a part says it has; without a known one UTF-8, when the octets are.
    private func charset(of entity: MIMEEntity, _ content: [UInt8]) -> Charset {
        let named = entity.mediaType.parameters["charset"].map { Charset($0.value) } ?? .usASCII
        guard !named.isKnown || named == .usASCII else { return named }
        // the last character may be cut by a limit
        let whole =
            content.last.map { $0 >= 0x80 } == true ? content.dropLast(Self.lastCharacter(content)) : content[...]
        return isWellFormedUTF8(whole) ? .utf8 : named
    }

    /// Octets of the last character of UTF-8, whole or not: its continuations, and the octet that leads them.
    private static func lastCharacter(_ content: [UInt8]) -> Int {
        min(content.suffix(4).reversed().prefix { $0 & 0xC0 == 0x80 }.count + 1, content.count)
    }
}
