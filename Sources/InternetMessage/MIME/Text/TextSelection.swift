/// Which parts of a message are read as its text.
struct TextSelection {
    /// How well a part, or what is in it, can be read.
    private enum Readability: Int, Comparable {
        case none, html, plain

        static func < (a: Readability, b: Readability) -> Bool { a.rawValue < b.rawValue }
    }

    /// In order.
    private(set) var entities: [Int] = []

    init(_ message: MIMEMessage) {
        let readability = Self.readability(message)
        var waiting = message.entities.isEmpty ? [] : [0]
        while let index = waiting.popLast() {
            let entity = message.entities[index]
            guard entity.isMultipart else {
                if readability[index] > .none { entities.append(index) }
                continue
            }
            waiting += Self.chosen(entity, message, readability).reversed()
        }
    }

    /// Parts come after what they are parts of: backwards, each finds its parts done.
    private static func readability(_ message: MIMEMessage) -> [Readability] {
        var found = [Readability](repeating: .none, count: message.entities.count)
        for index in message.entities.indices.reversed() {
            let entity = message.entities[index]
            if entity.isMultipart {
                found[index] = chosen(entity, message, found).map { found[$0] }.max() ?? .none
            } else if entity.mediaType.matches("text"), entity.disposition?.isAttachment != true,
                message.bytes[entity.bodyRange].contains(where: { !$0.isFoldingWhiteSpace })
            {
                found[index] = entity.mediaType.matches("text", "html") ? .html : .plain
            }
        }
        return found
    }

    private static func chosen(
        _ entity: MIMEEntity, _ message: MIMEMessage, _ readability: [Readability]
    ) -> [Int] {
        let children = entity.children
        if entity.mediaType.matches("multipart", "alternative") {
            // RFC 2046 §5.1.4 has the best last; plain text is best here
            let best = children.map { readability[$0] }.max() ?? .none
            return children.last { readability[$0] == best }.map { [$0] } ?? []
        }
        if entity.mediaType.matches("multipart", "related") { return root(entity, message).map { [$0] } ?? [] }
        let hasOneText = ["signed", "report", "encrypted"].contains(
            String(decoding: entity.mediaType.subtype, as: UTF8.self))
        return hasOneText ? Array(children.prefix(1)) : children
    }

    // RFC 2387 §3.2: the part that `start` names, else the first
    private static func root(_ entity: MIMEEntity, _ message: MIMEMessage) -> Int? {
        if let start = entity.mediaType.parameters["start"], let id = MessageID(start.raw),
            let named = entity.children.first(where: { message.entities[$0].contentID == id })
        {
            return named
        }
        return entity.children.first
    }
}
