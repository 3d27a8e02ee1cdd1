/// Where everything is: in memory, about 80 octets for a message.
struct StoreIndex: Sendable {
    struct Entry: Sendable {
        var message: FramePlace
        /// Where the last status is; none: in no frame, for nothing has happened yet.
        var status: FramePlace
        /// Octets of the content.
        var size: Int
    }

    private(set) var entries: [MessageKey: Entry] = [:]
    /// Files of their own, of the messages that have one.
    private(set) var largeNames: [MessageKey: String] = [:]
    /// Octets of each segment's messages that aren't finished.
    private(set) var live: [UInt32: Int] = [:]
    private var recent: RecentKeys

    init(remembered: Int) { recent = RecentKeys(maximum: remembered) }

    var liveOctets: Int { live.values.reduce(0, +) }

    mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

    func isKnown(_ key: MessageKey) -> Bool { entries[key] != nil || recent.contains(key) }

    /// - Returns: whether the message was known.
    @discardableResult
    mutating func addMessage(
        _ key: MessageKey, at place: FramePlace, hasStatus: Bool, size: Int, largeName: String
    ) -> Bool {
        let entry = Entry(message: place, status: hasStatus ? place : .none, size: size)
        let old = entries.updateValue(entry, forKey: key)
        if let old { live[old.message.segment, default: 0] -= Int(old.message.length) }
        live[place.segment, default: 0] += Int(place.length)
        if !largeName.isEmpty { largeNames[key] = largeName }
        return old != nil
    }

    /// False: no such message.
    @discardableResult
    mutating func setStatus(_ key: MessageKey, at place: FramePlace) -> Bool {
        guard entries[key] != nil else { return false }
        entries[key]?.status = place
        return true
    }

    /// - Returns: the message's file, if it has one of its own.
    mutating func finish(_ key: MessageKey, in segment: UInt32) -> String? {
        if let old = entries.removeValue(forKey: key) {
            live[old.message.segment, default: 0] -= Int(old.message.length)
        }
        recent.insert(key, in: segment)
        return largeNames.removeValue(forKey: key)
    }

    /// A message can't be found any more: it is known, and can't be read.
    mutating func lose(_ key: MessageKey) {
        guard let old = entries[key] else { return }
        live[old.message.segment, default: 0] -= Int(old.message.length)
        entries[key] = Entry(message: .none, status: .none, size: old.size)
    }

    /// The messages whose content is in this segment, in its order. Takes time that grows with the whole store.
    func keys(in segment: UInt32) -> [MessageKey] {
        entries.filter { $0.value.message.segment == segment }
            .sorted { $0.value.message.offset < $1.value.message.offset }.map(\.key)
    }

    /// The messages finished lately of which only this segment tells.
    func recentKeys(in segment: UInt32) -> [MessageKey] { recent.keys(in: segment) }

    mutating func forget(segment: UInt32) { live[segment] = nil }
}
