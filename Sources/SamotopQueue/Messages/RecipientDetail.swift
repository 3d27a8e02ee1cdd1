import SMTP

/// What few recipients have, and what isn't asked for often: it rests as octets.
public struct RecipientDetail: Sendable, Hashable {
    /// Why the last attempt failed.
    public var failure: AttemptFailure?
    /// What the peer said to the final dot, as long as a notification of it is owed.
    public var reply: RemoteReply?
    /// Why it waits for a person.
    public var hold: HoldReason?
    /// Where it goes instead of its path, by an operator's word.
    public var readdressed: NewRecipient?

    /// Nothing known.
    public init() {}

    var isEmpty: Bool { failure == nil && reply == nil && hold == nil && readdressed == nil }

    private static let hasFailure: UInt8 = 1
    private static let hasReply: UInt8 = 2
    private static let hasHold: UInt8 = 4
    private static let isReaddressed: UInt8 = 8

    /// The octets; none when nothing is known.
    public var octets: [UInt8] {
        guard !isEmpty else { return [] }
        var writer = RecordWriter()
        writer.write(
            (failure == nil ? 0 : Self.hasFailure) | (reply == nil ? 0 : Self.hasReply)
                | (hold == nil ? 0 : Self.hasHold) | (readdressed == nil ? 0 : Self.isReaddressed))
        if let failure { Self.write(failure, to: &writer) }
        if let reply { Self.write(reply, to: &writer) }
        if let hold {
            writer.write(hold.kind.rawValue)
            writer.writeShort(hold.words.utf8)
        }
        if let readdressed {
            writer.writeShort(readdressed.path.bytes)
            writer.writeShort(readdressed.destination.name)
        }
        return writer.octets
    }

    /// The detail in octets. None, or none that can be read: nothing is known.
    public init(octets: [UInt8]) {
        guard !octets.isEmpty else { return }
        var reader = RecordReader(octets)
        guard let has = reader.number(UInt8.self) else { return }
        if has & Self.hasFailure != 0 {
            guard let failure = Self.failure(&reader) else { return }
            self.failure = failure
        }
        if has & Self.hasReply != 0 {
            guard let reply = Self.reply(&reader) else { return }
            self.reply = reply
        }
        if has & Self.hasHold != 0 {
            guard let kind = reader.number(UInt8.self).flatMap(HoldReason.Kind.init), let words = reader.short() else {
                return
            }
            hold = HoldReason(kind, words: String(decoding: words, as: UTF8.self))
        }
        if has & Self.isReaddressed != 0 {
            guard let path = reader.short().flatMap({ Mailbox(Array($0)) }), let name = reader.short() else { return }
            readdressed = NewRecipient(path, destination: QueueDestination(octets: Array(name)))
        }
    }

    private static func write(_ failure: AttemptFailure, to writer: inout RecordWriter) {
        writer.write(failure.stage.rawValue)
        writer.write(
            UInt8(failure.isHostWide ? 1 : 0) | (failure.reply == nil ? 0 : 2) | (failure.remote == nil ? 0 : 4))
        write(failure.status, to: &writer)
        writer.writeShort(failure.words.utf8)
        if let reply = failure.reply { write(reply, to: &writer) }
        if let remote = failure.remote {
            writer.writeShort(remote.name.utf8)
            writer.writeShort((remote.address ?? "").utf8)
        }
    }

    private static func failure(_ reader: inout RecordReader) -> AttemptFailure? {
        guard let stage = reader.number(UInt8.self).flatMap(AttemptStage.init), let has = reader.number(UInt8.self),
            let status = status(&reader), let words = reader.short()
        else { return nil }
        var reply: RemoteReply?
        if has & 2 != 0 {
            reply = self.reply(&reader)
            guard reply != nil else { return nil }
        }
        var remote: RemoteHost?
        if has & 4 != 0 {
            guard let name = reader.short(), let address = reader.short() else { return nil }
            remote = RemoteHost(
                name: String(decoding: name, as: UTF8.self),
                address: address.isEmpty ? nil : String(decoding: address, as: UTF8.self))
        }
        return AttemptFailure(
            stage: stage, reply: reply, status: status, remote: remote, words: String(decoding: words, as: UTF8.self),
            isHostWide: has & 1 != 0)
    }

    private static func write(_ reply: RemoteReply, to writer: inout RecordWriter) {
        writer.write(reply.code)
        writer.write(UInt8(reply.relayed ? 1 : 0) | (reply.status == nil ? 0 : 2))
        if let status = reply.status { write(status, to: &writer) }
        writer.write(UInt8(clamping: reply.lines.count))
        for line in reply.lines { writer.writeMedium(line) }
    }

    private static func reply(_ reader: inout RecordReader) -> RemoteReply? {
        guard let code = reader.number(UInt16.self), let has = reader.number(UInt8.self) else { return nil }
        var status: EnhancedStatusCode?
        if has & 2 != 0 {
            status = self.status(&reader)
            guard status != nil else { return nil }
        }
        guard let count = reader.number(UInt8.self) else { return nil }
        var lines: [[UInt8]] = []
        for _ in 0..<count {
            guard let line = reader.medium() else { return nil }
            lines.append(Array(line))
        }
        return RemoteReply(code: code, status: status, lines: lines, relayed: has & 1 != 0)
    }

    private static func write(_ status: EnhancedStatusCode, to writer: inout RecordWriter) {
        writer.write(status.severity)
        writer.write(status.subject)
        writer.write(status.detail)
    }

    private static func status(_ reader: inout RecordReader) -> EnhancedStatusCode? {
        guard let severity = reader.number(UInt8.self), let subject = reader.number(UInt16.self),
            let detail = reader.number(UInt16.self)
        else { return nil }
        return EnhancedStatusCode(severity, subject, detail)
    }
}
