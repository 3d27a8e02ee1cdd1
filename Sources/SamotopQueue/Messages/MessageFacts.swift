import SMTP
import SamotopCore

/// A message's facts and recipients as octets: a sixth of the memory that their values take, and what stores keep as it is.
///
///     version, submitter's kind, number of recipients; key; arrived (ms); size;
///     id, sender (empty: null), submitter, MAIL command (empty: without parameters);
///     for each recipient: what it has, path, destination (if not its domain), RCPT command (if it has parameters)
public struct MessageFacts: Sendable, Hashable {
    /// The octets.
    public let octets: [UInt8]

    private static let version: UInt8 = 1
    private static let keyStart = 4
    private static let textStart = keyStart + MessageKey.length + 16
    private static let hasDestination: UInt8 = 1
    private static let hasParameters: UInt8 = 2

    /// The facts of a new message, or why it can't be queued: ``QueueStoreError/unacceptable(cause:)``.
    public init(_ new: NewMessage) throws(QueueStoreError) {
        let message = new.message
        guard (1...128).contains(message.id.utf8.count) else {
            throw .unacceptable(cause: "an id of no or too many octets")
        }
        guard (1...NewMessage.maximumRecipients).contains(new.recipients.count) else {
            throw .unacceptable(cause: "\(new.recipients.count) recipients")
        }
        guard message.submitter.name.utf8.count <= 512 else {
            throw .unacceptable(cause: "a submitter of too many octets")
        }
        var writer = RecordWriter()
        writer.reserve(160 + 64 * new.recipients.count)
        writer.write(Self.version)
        writer.write(message.submitter.kind.rawValue)
        writer.write(UInt16(truncatingIfNeeded: new.recipients.count))
        MessageKey(message.id).write(to: &writer)
        writer.write(message.arrived.milliseconds)
        writer.write(Int64(new.content.count))
        writer.writeShort(message.id.utf8)
        writer.writeShort(message.reversePath.mailbox?.bytes ?? [])
        writer.writeMedium(message.submitter.name.utf8)
        // Parameters are written as the commands that made them: their grammar is the decoder.
        let isPlain = message.parameters == MailParameters()
        writer.writeMedium(isPlain ? [] : Command.mail(.null, message.parameters).bytes)
        for recipient in new.recipients {
            let path = recipient.path.bytes
            let isElsewhere = recipient.destination != Self.domain(of: path)
            let isPlain = recipient.parameters == RcptParameters()
            writer.write((isElsewhere ? Self.hasDestination : 0) | (isPlain ? 0 : Self.hasParameters))
            writer.writeShort(path)
            if isElsewhere { writer.writeShort(recipient.destination.name) }
            if !isPlain { writer.writeMedium(Command.rcpt(.postmaster, recipient.parameters).bytes) }
        }
        // Copied, so that no room is kept for more.
        octets = writer.octets.withUnsafeBufferPointer { Array($0) }
    }

    /// Facts that a store brings back; nil when they are none. What is inside is looked at when it is asked for.
    public init?(octets: [UInt8]) {
        guard octets.count > Self.textStart, octets[0] == Self.version else { return nil }
        self.octets = octets
        guard recipientCount > 0, !idOctets.isEmpty else { return nil }
    }

    /// The message's id.
    public var id: String { String(decoding: idOctets, as: UTF8.self) }

    /// How many recipients it has.
    public var recipientCount: Int { Int(octets[2]) | Int(octets[3]) << 8 }

    /// When it was queued, in milliseconds since 1970.
    public var arrived: Int64 {
        var reader = RecordReader(octets, at: Self.keyStart + MessageKey.length)
        return reader.number() ?? 0
    }

    /// Octets of its content.
    public var size: Int { Self.size(in: octets) }

    /// The same of facts that are octets still.
    static func size(in octets: [UInt8]) -> Int {
        var reader = RecordReader(octets, at: keyStart + MessageKey.length + 8)
        return Int(clamping: max(0, reader.number(Int64.self) ?? 0))
    }

    /// The facts as values; nil when the octets don't hold them.
    public var message: QueuedMessage? {
        var reader = textReader
        guard let id = reader.short(), let sender = reader.short(), let kind = Submitter.Kind(rawValue: octets[1]),
            let name = reader.medium(), let mail = reader.medium()
        else { return nil }
        let reversePath: ReversePath
        if sender.isEmpty {
            reversePath = .null
        } else {
            guard let mailbox = Mailbox(Array(sender)) else { return nil }
            reversePath = .mailbox(mailbox)
        }
        var parameters = MailParameters()
        if !mail.isEmpty {
            guard case .mail(_, let found)? = Self.command(mail) else { return nil }
            parameters = found
        }
        return QueuedMessage(
            id: String(decoding: id, as: UTF8.self), reversePath: reversePath, parameters: parameters,
            submitter: Submitter(kind, name: String(decoding: name, as: UTF8.self)),
            arrived: Timestamp(milliseconds: arrived), size: size)
    }

    /// What the sender said of when it goes; nil: nothing, or the octets don't hold it.
    public var schedule: MessageSchedule? {
        var reader = textReader
        guard reader.short() != nil, reader.short() != nil, reader.medium() != nil, let mail = reader.medium(),
            !mail.isEmpty, case .mail(_, let parameters)? = Self.command(mail)
        else { return nil }
        return MessageSchedule(parameters, arrived: arrived)
    }

    /// The recipients in their order; nil when the octets don't hold them.
    public var recipients: [NewRecipient]? {
        recipients(at: (0..<recipientCount).map { UInt16(truncatingIfNeeded: $0) })
    }

    /// The recipients of these numbers, which ascend; nil when the octets don't hold them.
    func recipients(at numbers: [UInt16]) -> [NewRecipient]? {
        var found: [NewRecipient] = []
        var number: UInt16 = 0
        var next = numbers.startIndex
        let isWhole = forEachRecipient { path, name, rcpt in
            defer { number &+= 1 }
            guard next < numbers.endIndex, numbers[next] == number else { return true }
            next += 1
            guard let mailbox = Mailbox(Array(path)) else { return false }
            var parameters = RcptParameters()
            if !rcpt.isEmpty {
                guard case .rcpt(_, let given)? = Self.command(rcpt) else { return false }
                parameters = given
            }
            found.append(NewRecipient(mailbox, parameters: parameters, destination: Self.destination(path, name)))
            return true
        }
        return isWhole && found.count == numbers.count ? found : nil
    }

    var key: MessageKey? {
        var reader = RecordReader(octets, at: Self.keyStart)
        return MessageKey(&reader)
    }

    private var textReader: RecordReader { RecordReader(octets, at: Self.textStart) }

    private var idOctets: ArraySlice<UInt8> {
        var reader = textReader
        return reader.short() ?? []
    }

    /// The sender as SMTP writes it; empty when it is null.
    var sender: ArraySlice<UInt8> {
        var reader = textReader
        _ = reader.short()
        return reader.short() ?? []
    }

    /// Whether its sender may be told anything.
    var mayBeNotified: Bool {
        Submitter.Kind(rawValue: octets[1]).map { Submitter($0, name: "").mayBeNotified } ?? false
    }

    /// The submitter as octets: its kind, then its name.
    var submitter: [UInt8] {
        var reader = textReader
        _ = reader.short()
        _ = reader.short()
        return [octets[1]] + (reader.medium() ?? [])
    }

    /// Brings path, destination (empty: the domain) and RCPT command (empty: no parameters) of each recipient, as long as `body`
    /// says true. True: there were as many as there should be.
    func forEachRecipient(
        _ body: (_ path: ArraySlice<UInt8>, _ destination: ArraySlice<UInt8>, _ rcpt: ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var reader = textReader
        guard reader.short() != nil, reader.short() != nil, reader.medium() != nil, reader.medium() != nil else {
            return false
        }
        for _ in 0..<recipientCount {
            guard let has = reader.number(UInt8.self), let path = reader.short() else { return false }
            guard let name = has & Self.hasDestination == 0 ? [] : reader.short(),
                let rcpt = has & Self.hasParameters == 0 ? [] : reader.medium(), body(path, name, rcpt)
            else { return false }
        }
        return true
    }

    /// The destination as ``forEachRecipient(_:)`` brings it.
    static func destination(_ path: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> QueueDestination {
        name.isEmpty ? domain(of: path) : QueueDestination(octets: Array(name))
    }

    private static func domain(of path: some BidirectionalCollection<UInt8>) -> QueueDestination {
        let start = path.lastIndex(of: UInt8(ascii: "@")).map { path.index(after: $0) } ?? path.startIndex
        return QueueDestination(octets: QueueDestination.lowercased(path[start...]))
    }

    private static func command(_ octets: ArraySlice<UInt8>) -> Command? {
        let line = Array(octets.last == 0x0A ? octets.dropLast(2) : octets)
        return try? Command.parse(line.span)
    }
}

extension MessageFacts: CustomStringConvertible {
    /// The number of octets, nothing of what they say.
    public var description: String { "MessageFacts(\(octets.count) octets)" }
}
