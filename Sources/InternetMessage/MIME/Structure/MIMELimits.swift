/// How much structure of a message is read. What lies past a limit stays one opaque piece.
public struct MIMELimits: Hashable, Sendable {
    /// Entities in one another, the message itself counted as depth 0.
    public var maximumDepth: Int
    /// Entities in all, the message itself counted.
    public var maximumParts: Int

    /// Depth 100, 1,000 parts.
    public static let standard = MIMELimits(maximumDepth: 100, maximumParts: 1_000)

    /// Limits of one's own choice; there is always one part, the message.
    public init(maximumDepth: Int, maximumParts: Int) {
        self.maximumDepth = max(0, maximumDepth)
        self.maximumParts = max(1, maximumParts)
    }
}
