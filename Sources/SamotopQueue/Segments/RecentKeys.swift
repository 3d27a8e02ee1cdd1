/// The messages that were finished last, and the segments that say so.
struct RecentKeys: Sendable {
    private let maximum: Int
    private var segments: [MessageKey: UInt32] = [:]
    private var order = Fifo<MessageKey>()

    init(maximum: Int) { self.maximum = max(0, maximum) }

    func contains(_ key: MessageKey) -> Bool { segments[key] != nil }

    mutating func insert(_ key: MessageKey, in segment: UInt32) {
        guard maximum > 0 else { return }
        if segments.updateValue(segment, forKey: key) == nil { order.append(key) }
        while segments.count > maximum, let oldest = order.popFirst() { segments[oldest] = nil }
    }

    /// Those that only this segment tells of.
    func keys(in segment: UInt32) -> [MessageKey] {
        segments.compactMap { $0.value == segment ? $0.key : nil }
    }
}
