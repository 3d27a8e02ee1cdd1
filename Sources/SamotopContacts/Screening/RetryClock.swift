public import SamotopCore

/// What is to be expected of a waiting sender's server: when it tries again, and when it gives up. For people, who want to
/// know how long their word is in time.
///
/// RFC 5321 §4.5.4.1 asks servers to try for at least 4–5 days, with 30 minutes or more between two tries. Most do: the
/// first again after some minutes, later ones after longer and longer.
public struct RetryClock: Sendable, Hashable {
    /// When it was first heard of, or when the owner made it wait again.
    public let start: Timestamp
    /// When it last tried.
    public let latest: Timestamp
    /// How often it tried.
    public let tries: Int

    private static let day: Int64 = 86_400

    /// Of a contact.
    public init(_ contact: Contact) {
        let decided = contact.decision?.time ?? contact.firstSeen
        self.init(start: max(contact.firstSeen, decided), latest: contact.lastSeen, tries: contact.attempts)
    }

    /// Of these tries.
    public init(start: Timestamp, latest: Timestamp, tries: Int) {
        self.start = start
        self.latest = max(start, latest)
        self.tries = max(0, tries)
    }

    /// When it probably tries again: after half as long again as between the tries seen, but within 10 minutes and 4 hours; nil
    /// when it has probably given up.
    public func nextTry(after now: Timestamp) -> Timestamp? {
        guard !hasGivenUp(at: now) else { return nil }
        let seen = Self.seconds(from: start, to: latest)
        let mean = tries > 1 ? seen / Int64(tries - 1) : 0
        let pause = min(max(mean + mean / 2, 600), 4 * 3_600)
        // What is due already comes any moment.
        return max(Self.add(pause, to: latest), now)
    }

    /// From when on it may have given up: 4 days after the first try.
    public var mayGiveUp: Timestamp { Self.add(4 * Self.day, to: start) }

    /// From when on it has given up: 5 days after the first try.
    public var givesUp: Timestamp { Self.add(5 * Self.day, to: start) }

    /// Whether it has probably given up.
    public func hasGivenUp(at now: Timestamp) -> Bool { now >= givesUp }

    /// Whether it has waited for so many days. A clock that went back makes it wait on.
    public func hasWaited(days: Int, at now: Timestamp) -> Bool {
        Self.seconds(from: start, to: now) >= Int64(min(max(days, 0), 10_000)) * Self.day
    }

    private static func seconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        let (seconds, overflow) = end.seconds.subtractingReportingOverflow(start.seconds)
        return overflow ? 0 : max(0, seconds)
    }

    private static func add(_ seconds: Int64, to moment: Timestamp) -> Timestamp {
        let (sum, overflow) = moment.seconds.addingReportingOverflow(seconds)
        return Timestamp(seconds: overflow ? .max : sum)
    }
}
