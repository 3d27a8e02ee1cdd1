/// Keys in the order in which they were last touched. Touching, removing and finding the oldest take constant time (amortised).
struct TouchOrder<Key: Hashable & Sendable>: Sendable {
    /// Every touch in order; those that a later touch or a removal made void are passed over.
    private var touches: [(key: Key, stamp: UInt64)] = []
    private var head = 0
    private var stamps: [Key: UInt64] = [:]
    private var next: UInt64 = 0

    var count: Int { stamps.count }

    /// Makes this key the youngest.
    mutating func touch(_ key: Key) {
        next &+= 1
        stamps[key] = next
        touches.append((key, next))
        if touches.count > 2 * stamps.count + 64 { compact() }
    }

    mutating func remove(_ key: Key) { stamps[key] = nil }

    /// The key that wasn't touched for the longest time; it stays.
    mutating func oldest() -> Key? {
        while head < touches.count {
            let touch = touches[head]
            if stamps[touch.key] == touch.stamp { return touch.key }
            head += 1
        }
        return nil
    }

    private mutating func compact() {
        touches = touches[head...].filter { stamps[$0.key] == $0.stamp }
        head = 0
    }
}
