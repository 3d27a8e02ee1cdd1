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
    private static let filedMessageMark: UInt8 = 5
    private static let largeFiledMessageMark: UInt8 = 6
    private static let routedMessageMark: UInt8 = 7
    private static let largeRoutedMessageMark: UInt8 = 8

    /// What a record is, without its message.
    enum Kind {
        case message
        case settled([UInt64])
        case cancelled([UInt64])

        init?(_ octets: [UInt8]) {
            switch octets.first {
            case messageMark, largeMessageMark, filedMessageMark, largeFiledMessageMark, routedMessageMark,
                largeRoutedMessageMark:
                self = .message
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
            // Who answers for it is needed where it goes on from here: to other servers, later, or out of a mailbox that is handed on.
            let staysHere = envelope.parameters.release == nil && envelope.submitter == nil
            let form = staysHere ? DestinationForm(envelope.recipients) : .anywhere
            writer.write(Self.mark(isLarge: large != nil, form))
            writer.write(Array(envelope.id.utf8))
            // The envelope is written as the commands that made it: their grammar is the decoder.
            writer.write(Command.mail(envelope.reversePath, envelope.parameters).bytes)
            writer.write(UInt32(clamping: envelope.recipients.count))
            for recipient in envelope.recipients {
                writer.write(Command.rcpt(recipient.path, recipient.parameters).bytes)
                writer.write(UInt32(clamping: recipient.destinations.count))
                for destination in recipient.destinations { form.write(destination, &writer) }
            }
            if form == .anywhere {
                writer.write(envelope.submitter?.kind.rawValue ?? Submitter.Kind.stranger.rawValue)
                writer.write(Array((envelope.submitter?.name ?? "").utf8))
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
        case Self.messageMark, Self.filedMessageMark, Self.routedMessageMark:
            let content = { (reader: inout OctetReader) in reader.octets().map(MemoryContent.init) }
            guard let message = Self.message(&reader, Self.form(mark), content) else { return nil }
            self = .message(message)
        case Self.largeMessageMark, Self.largeFiledMessageMark, Self.largeRoutedMessageMark:
            let content = { (reader: inout OctetReader) in Self.largeContent(&reader, in: largeContents) }
            guard let message = Self.message(&reader, Self.form(mark), content) else { return nil }
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

    private static func mark(isLarge: Bool, _ form: DestinationForm) -> UInt8 {
        switch (form, isLarge) {
        case (.inboxes, false): messageMark
        case (.inboxes, true): largeMessageMark
        case (.folders, false): filedMessageMark
        case (.folders, true): largeFiledMessageMark
        case (.anywhere, false): routedMessageMark
        case (.anywhere, true): largeRoutedMessageMark
        }
    }

    private static func form(_ mark: UInt8?) -> DestinationForm {
        switch mark {
        case filedMessageMark, largeFiledMessageMark: .folders
        case routedMessageMark, largeRoutedMessageMark: .anywhere
        default: .inboxes
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

    private static func message<Content: MailContent>(
        _ reader: inout OctetReader, _ form: DestinationForm, _ content: (inout OctetReader) -> Content?
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
                guard let destination = form.read(&reader) else { return nil }
                destinations.append(destination)
            }
            recipients.append(Recipient(path: path, parameters: parameters, destinations: destinations))
        }
        var submitter: Submitter?
        if form == .anywhere {
            guard let kind = reader.byte().flatMap(Submitter.Kind.init), let name = reader.octets() else { return nil }
            if kind != .stranger { submitter = Submitter(kind, name: String(decoding: name, as: UTF8.self)) }
        }
        guard let seconds = reader.number64(), let nanoseconds = reader.number32(), let trace = reader.octets(),
            let content = content(&reader)
        else { return nil }
        return ReceivedMessage(
            envelope: Envelope(
                id: String(decoding: id, as: UTF8.self), reversePath: reversePath, parameters: parameters,
                recipients: recipients, submitter: submitter),
            trace: trace, content: content,
            received: Timestamp(
                seconds: Int64(bitPattern: seconds), nanoseconds: Int32(bitPattern: nanoseconds)))
    }
}
