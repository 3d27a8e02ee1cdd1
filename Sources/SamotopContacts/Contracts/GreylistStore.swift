public import SamotopCore

/// Where greylisting remembers who tried. Keys are hashes: nobody's address is in it.
public protocol GreylistStore: Sendable {
    /// Changes the entry of a key in one step; `change` gets nil when there is none, and removes it by returning nil.
    @discardableResult
    func change(_ key: GreylistKey, _ change: @Sendable @escaping (GreylistEntry?) -> GreylistEntry?) async throws
        -> GreylistEntry?

    /// Removes entries that were last seen before their kind's moment; returns how many. Keeps the table below `maximum` by
    /// removing the longest unseen that never passed, then the longest unseen.
    @discardableResult
    func expire(triedBefore: Timestamp, passedBefore: Timestamp, maximum: Int) async throws -> Int

    /// How many entries there are.
    func count() async throws -> Int
}

/// 128 bits of a keyed hash of a triplet (network or domain, reverse-path, forward-path), or of a client that proved itself.
public struct GreylistKey: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    /// Makes a key.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// What is remembered of a key.
public struct GreylistEntry: Sendable, Hashable {
    /// Of the window that runs.
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    /// Tries before it passed.
    public var tries: Int
    /// Messages that passed; 0: still grey.
    public var passed: Int

    /// Makes an entry.
    public init(firstSeen: Timestamp, lastSeen: Timestamp, tries: Int = 1, passed: Int = 0) {
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.tries = tries
        self.passed = passed
    }
}
