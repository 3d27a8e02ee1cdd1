public import SMTP

/// What guards ask the session machine to enforce, since only it sees it: conduct on the wire.
///
/// The conducts of all guards are merged; where two differ, the stricter one holds.
public struct Conduct: Sendable, Hashable {
    /// How long the greeting is held back.
    public var greetingDelay: Duration = .zero
    /// How long each error reply is held back.
    public var errorDelay: Duration = .zero
    /// Clients that speak before the greeting.
    public var earlyTalker: ServerSession.Treatment = .note
    /// Clients that send on where they have to wait.
    public var illegalPipelining: ServerSession.Treatment = .note
    /// Text lines of more than 998 octets.
    public var longLines: ServerSession.Treatment = .note
    /// Commands that may fail before the session ends; nil: the service's limit.
    public var maximumErrors: Int?
    /// Idle commands before the session ends; nil: the service's limit.
    public var maximumJunkCommands: Int?

    /// Nothing asked for.
    public init() {}

    /// The stricter of the two, point by point.
    public func merged(with other: Conduct) -> Conduct {
        var merged = self
        merged.greetingDelay = max(greetingDelay, other.greetingDelay)
        merged.errorDelay = max(errorDelay, other.errorDelay)
        merged.earlyTalker = Self.stricter(earlyTalker, other.earlyTalker)
        merged.illegalPipelining = Self.stricter(illegalPipelining, other.illegalPipelining)
        merged.longLines = Self.stricter(longLines, other.longLines)
        merged.maximumErrors = Self.smaller(maximumErrors, other.maximumErrors)
        merged.maximumJunkCommands = Self.smaller(maximumJunkCommands, other.maximumJunkCommands)
        return merged
    }

    private static func stricter(
        _ left: ServerSession.Treatment, _ right: ServerSession.Treatment
    ) -> ServerSession.Treatment {
        left == .refuse ? left : right
    }

    private static func smaller(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
    }
}
