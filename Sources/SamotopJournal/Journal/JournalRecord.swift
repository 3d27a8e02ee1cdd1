import SMTP
import SamotopCore

/// What a record says.
enum JournalRecord {
    /// A message that was accepted, with everything its delivery needs.
    case message(ReceivedMessage)
    /// The records of these sequence numbers are done with: their messages were delivered.
    case settled([UInt64])
    /// The records of these sequence numbers never counted: their senders were told 451 or 452.
    case cancelled([UInt64])

    private static let messageMark: UInt8 = 1
    private static let settledMark: UInt8 = 2
    private static let cancelledMark: UInt8 = 3
    private static let largeMessageMark: UInt8 = 4
    // With folders among the destinations. Whatever has none is written as before there were folders.
    private static let filedMessageMark: UInt8 = 5
    private static let largeFiledMessageMark: UInt8 = 6

    /// What a record is, without its message.
    enum Kind {
        case message
        case settled([UInt64])
        case cancelled([UInt64])

        init?(_ octets: [UInt8]) {
            switch octets.first {
            case messageMark, largeMessageMark, filedMessageMark, largeFiledMessageMark: self = .message
            default:
                switch JournalRecord(octets, largeContents: "") {
                case .settled(let sequences): self = .settled(sequences)
                case .cancelled(let sequences): self = .cancelled(sequences)
                case .message, nil: return nil
                }
            }
        }
    }

    /// The record's octets.
    func encoded() throws -> [UInt8] {
        var writer = OctetWriter()
        switch self {
        case .message(let message):
            let envelope = message.envelope
            let large = message.content as? LargeContent
            writer.reserve((large == nil ? message.content.count : 0) + message.trace.count + 512)
            let hasFolders = envelope.recipients.contains { $0.destinations.contains { $0.folder != nil } }
            writer.write(Self.mark(isLarge: large != nil, hasFolders: hasFolders))
            writer.write(Array(envelope.id.utf8))
            // The envelope is written as the commands that made it: their grammar is the decoder.
            writer.write(Command.mail(envelope.reversePath, envelope.parameters).bytes)
            writer.write(UInt32(clamping: envelope.recipients.count))
            for recipient in envelope.recipients {
                writer.write(Command.rcpt(recipient.path, recipient.parameters).bytes)
                writer.write(UInt32(clamping: recipient.destinations.count))
                for destination in recipient.destinations {
                    writer.write(Array(destination.mailbox.utf8))
                    // Empty: the inbox. No folder has an empty name.
                    if hasFolders { writer.write(Array((destination.folder ?? "").utf8)) }
                }
            }
            writer.write(UInt64(bitPattern: message.received.seconds))
            writer.write(UInt32(bitPattern: message.received.nanoseconds))
            writer.write(message.trace)
            if let large {
                writer.write(UInt64(large.count))
                writer.write(large.key)
                writer.write(Array(large.name.utf8))
            } else {
                writer.write(UInt32(clamping: message.content.count))
                try message.content.read { writer.append($0) }
            }
        case .settled(let sequences): Self.write(Self.settledMark, sequences, &writer)
        case .cancelled(let sequences): Self.write(Self.cancelledMark, sequences, &writer)
        }
        return writer.octets
    }

    /// Reads a record; nil when its octets are none.
    ///
    /// - Parameter largeContents: the folder of content that isn't in the record.
    init?(_ octets: [UInt8], largeContents: String) {
        var reader = OctetReader(octets)
        let mark = reader.byte()
        switch mark {
        case Self.messageMark, Self.filedMessageMark:
            let hasFolders = mark == Self.filedMessageMark
            guard let message = Self.message(&reader, hasFolders, { $0.octets().map(MemoryContent.init) }) else {
                return nil
            }
            self = .message(message)
        case Self.largeMessageMark, Self.largeFiledMessageMark:
            let hasFolders = mark == Self.largeFiledMessageMark
            let content = { (reader: inout OctetReader) in Self.largeContent(&reader, in: largeContents) }
            guard let message = Self.message(&reader, hasFolders, content) else { return nil }
            self = .message(message)
        case Self.settledMark:
            guard let sequences = Self.sequences(&reader) else { return nil }
            self = .settled(sequences)
        case Self.cancelledMark:
            guard let sequences = Self.sequences(&reader) else { return nil }
            self = .cancelled(sequences)
        default:
            return nil
        }
    }

    private static func mark(isLarge: Bool, hasFolders: Bool) -> UInt8 {
        switch (isLarge, hasFolders) {
        case (false, false): messageMark
        case (true, false): largeMessageMark
        case (false, true): filedMessageMark
        case (true, true): largeFiledMessageMark
        }
    }

    private static func write(_ mark: UInt8, _ sequences: [UInt64], _ writer: inout OctetWriter) {
        writer.write(mark)
        writer.write(UInt32(clamping: sequences.count))
        for sequence in sequences { writer.write(sequence) }
    }

    private static func sequences(_ reader: inout OctetReader) -> [UInt64]? {
        guard let count = reader.number32() else { return nil }
        var sequences: [UInt64] = []
        for _ in 0..<count {
            guard let sequence = reader.number64() else { return nil }
            sequences.append(sequence)
        }
        return sequences
    }

    private static func largeContent(_ reader: inout OctetReader, in folder: String) -> LargeContent? {
        guard let count = reader.number64().flatMap(Int.init(exactly:)), let key = reader.octets(),
            key.count == SegmentSeal.keyLength, let name = reader.octets()
        else { return nil }
        return LargeContent(count: count, key: key, folder: folder, name: String(decoding: name, as: UTF8.self))
    }

    private static func destination(_ reader: inout OctetReader, _ hasFolder: Bool) -> Destination? {
        guard let mailbox = reader.octets(), let folder = hasFolder ? reader.octets() : [] else { return nil }
        let name = String(decoding: mailbox, as: UTF8.self)
        return folder.isEmpty ? .mailbox(name) : .folder(String(decoding: folder, as: UTF8.self), of: name)
    }

    private static func message<Content: MailContent>(
        _ reader: inout OctetReader, _ hasFolders: Bool, _ content: (inout OctetReader) -> Content?
    ) -> ReceivedMessage? {
        guard let id = reader.octets(), let mail = reader.octets(),
            case .mail(let reversePath, let parameters)? = try? Command.parse(mail.span), let count = reader.number32()
        else { return nil }
        var recipients: [Recipient] = []
        for _ in 0..<count {
            guard let rcpt = reader.octets(), case .rcpt(let path, let parameters)? = try? Command.parse(rcpt.span),
                let names = reader.number32()
            else { return nil }
            var destinations: [Destination] = []
            for _ in 0..<names {
                guard let destination = Self.destination(&reader, hasFolders) else { return nil }
                destinations.append(destination)
            }
            recipients.append(Recipient(path: path, parameters: parameters, destinations: destinations))
        }
        guard let seconds = reader.number64(), let nanoseconds = reader.number32(), let trace = reader.octets(),
            let content = content(&reader)
        else { return nil }
        return ReceivedMessage(
            envelope: Envelope(
                id: String(decoding: id, as: UTF8.self), reversePath: reversePath, parameters: parameters,
                recipients: recipients),
            trace: trace, content: content,
            received: Timestamp(
                seconds: Int64(bitPattern: seconds), nanoseconds: Int32(bitPattern: nanoseconds)))
    }
}

/// Writes numbers (little-endian) and octets with their length in front.
struct OctetWriter {
    private(set) var octets: [UInt8] = []

    mutating func reserve(_ count: Int) { octets.reserveCapacity(count) }

    mutating func write(_ byte: UInt8) { octets.append(byte) }

    mutating func write(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { octets += $0 } }

    mutating func write(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { octets += $0 } }

    mutating func write(_ bytes: [UInt8]) {
        write(UInt32(clamping: bytes.count))
        octets += bytes
    }

    mutating func append(_ bytes: some Collection<UInt8>) { octets.append(contentsOf: bytes) }

    mutating func append(_ slice: Span<UInt8>) { slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
}

/// Reads what ``OctetWriter`` wrote; nil at the first thing that isn't there.
struct OctetReader {
    private let bytes: [UInt8]
    private var index: Int

    init(_ bytes: [UInt8], at index: Int = 0) {
        self.bytes = bytes
        self.index = index
    }

    mutating func byte() -> UInt8? {
        guard index < bytes.count else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func number32() -> UInt32? { number(UInt32.self) }

    mutating func number64() -> UInt64? { number(UInt64.self) }

    mutating func octets() -> [UInt8]? {
        guard let count = number32(), count <= bytes.count - index else { return nil }
        defer { index += Int(count) }
        return Array(bytes[index..<(index + Int(count))])
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard size <= bytes.count - index else { return nil }
        var number: Number = 0
        for offset in (0..<size).reversed() { number = number << 8 | Number(bytes[index + offset]) }
        index += size
        return number
    }
}
