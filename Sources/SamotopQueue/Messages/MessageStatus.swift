/// How far a message's recipients are. Of those that are done and owe nothing the octets keep no more than that.
public struct MessageStatus: Sendable, Hashable {
    /// In the order of the recipients; empty: nothing has happened yet.
    public var recipients: [RecipientStatus] {
        get { Array(list) }
        set { list = RecipientList(newValue) }
    }

    /// The same. A queue of many messages is held in memory for a moment.
    private(set) var list: RecipientList<RecipientStatus>

    /// Makes a status.
    public init(_ recipients: [RecipientStatus] = []) { list = RecipientList(recipients) }

    init(_ list: RecipientList<RecipientStatus>) { self.list = list }

    private static let version: UInt8 = 1
    private static let isDone: UInt8 = 0x80

    /// What a store keeps.
    public var octets: [UInt8] {
        var details: [[UInt8]: UInt16] = [:]
        var table: [[UInt8]] = []
        var rows = RecordWriter()
        rows.reserve(24 * list.count)
        for recipient in list {
            if recipient.state.isFinal, recipient.owed.isEmpty {
                rows.write(recipient.state.rawValue | Self.isDone)
                continue
            }
            rows.write(recipient.state.rawValue)
            rows.write(recipient.owed.rawValue | (recipient.isWarned ? 0x80 : 0))
            rows.write(recipient.attempts)
            rows.write(recipient.due)
            rows.write(recipient.since)
            // 0: none. There are never more details than recipients.
            var place: UInt16 = 0
            if !recipient.detail.isEmpty {
                if let known = details[recipient.detail] {
                    place = known
                } else {
                    table.append(recipient.detail)
                    place = UInt16(clamping: table.count)
                    details[recipient.detail] = place
                }
            }
            rows.write(place)
        }
        var writer = RecordWriter()
        writer.write(Self.version)
        writer.write(UInt16(clamping: table.count))
        for detail in table { writer.writeMedium(detail) }
        writer.write(UInt16(clamping: list.count))
        writer.append(rows.octets)
        return writer.octets
    }

    /// The status in octets; nil when they are none.
    public init?(octets: [UInt8]) {
        var reader = RecordReader(octets)
        guard reader.number(UInt8.self) == Self.version, let details = reader.number(UInt16.self) else { return nil }
        var table: [[UInt8]] = []
        for _ in 0..<details {
            guard let detail = reader.medium() else { return nil }
            table.append(Array(detail))
        }
        guard let count = reader.number(UInt16.self) else { return nil }
        list = RecipientList()
        list.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let mark = reader.number(UInt8.self),
                let state = RecipientStatus.State(rawValue: mark & ~Self.isDone)
            else { return nil }
            var recipient = RecipientStatus(since: 0)
            recipient.state = state
            if mark & Self.isDone == 0 {
                guard let flags = reader.number(UInt8.self), let attempts = reader.number(UInt16.self),
                    let due = reader.number(Int64.self), let since = reader.number(Int64.self),
                    let place = reader.number(UInt16.self), Int(place) <= table.count
                else { return nil }
                recipient.owed = OwedNotices(rawValue: flags & 0x7F)
                recipient.isWarned = flags & 0x80 != 0
                recipient.attempts = attempts
                recipient.due = due
                recipient.since = since
                if place > 0 { recipient.detail = table[Int(place) - 1] }
            }
            list.append(recipient)
        }
    }
}
