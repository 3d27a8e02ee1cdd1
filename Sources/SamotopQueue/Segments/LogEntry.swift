/// What a frame says; it may say several things, which happen together.
enum LogEntry: Sendable {
    /// A message, as it is now.
    case message(MessageKey, facts: [UInt8], status: [UInt8], StoredContent)
    /// A message's status from now on.
    case status(MessageKey, [UInt8])
    /// A message is finished.
    case finished(MessageKey)

    var key: MessageKey {
        switch self {
        case .message(let key, facts: _, status: _, _), .status(let key, _), .finished(let key): key
        }
    }

    /// It takes the place of something that was written before.
    var isChange: Bool { if case .message = self { false } else { true } }

    /// The file of a message whose content has its own.
    var largeName: String? {
        if case .message(_, facts: _, status: _, let content) = self { content.largeName } else { nil }
    }

    func write(to writer: inout RecordWriter) {
        switch self {
        case .message(let key, let facts, let status, let content):
            writer.write(UInt8(1))
            key.write(to: &writer)
            writer.writeLong(facts)
            writer.writeLong(status)
            switch content {
            case .octets(let octets):
                writer.write(UInt8(0))
                writer.writeLong(octets)
            case .large(let name, let count):
                writer.write(UInt8(1))
                writer.writeShort(name.utf8)
                writer.write(UInt64(clamping: count))
            }
        case .status(let key, let status):
            writer.write(UInt8(2))
            key.write(to: &writer)
            writer.writeLong(status)
        case .finished(let key):
            writer.write(UInt8(3))
            key.write(to: &writer)
        }
    }

    /// The entries of a frame; nil when they are of another version.
    static func read(_ octets: [UInt8]) -> [LogEntry]? {
        var reader = RecordReader(octets)
        var entries: [LogEntry] = []
        while !reader.isAtEnd {
            guard let kind = reader.number(UInt8.self), let key = MessageKey(&reader),
                let entry = read(kind, key, &reader)
            else { return nil }
            entries.append(entry)
        }
        return entries
    }

    private static func read(_ kind: UInt8, _ key: MessageKey, _ reader: inout RecordReader) -> LogEntry? {
        switch kind {
        case 1:
            guard let facts = reader.long(), let status = reader.long(), let place = reader.number(UInt8.self) else {
                return nil
            }
            let content: StoredContent
            if place == 0 {
                guard let octets = reader.long() else { return nil }
                content = .octets(Array(octets))
            } else {
                guard place == 1, let name = reader.short(), let count = reader.number(UInt64.self) else { return nil }
                content = .large(name: String(decoding: name, as: UTF8.self), count: Int(clamping: count))
            }
            return .message(key, facts: Array(facts), status: Array(status), content)
        case 2: return reader.long().map { .status(key, Array($0)) }
        case 3: return .finished(key)
        default: return nil
        }
    }
}

/// Where a message's content is.
enum StoredContent: Sendable {
    /// In the entry itself.
    case octets([UInt8])
    /// In a file of its own.
    case large(name: String, count: Int)

    var largeName: String? {
        if case .large(let name, _) = self { name } else { nil }
    }
}
