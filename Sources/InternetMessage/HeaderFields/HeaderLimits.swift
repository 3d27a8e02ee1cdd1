/// How much header a message may have. Past a limit the caller answers 552 5.3.4.
public struct HeaderLimits: Hashable, Sendable {
    /// Bytes of the header section, the blank line included.
    public var maximumBytes: Int
    /// Number of header fields.
    public var maximumFields: Int

    /// 256 KiB and 5,000 fields.
    public static let standard = HeaderLimits(maximumBytes: 262_144, maximumFields: 5_000)

    /// Limits of one's own choice.
    public init(maximumBytes: Int, maximumFields: Int) {
        self.maximumBytes = maximumBytes
        self.maximumFields = maximumFields
    }
}
