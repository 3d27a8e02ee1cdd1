/// What the checks of an envelope found. Neither stands in for the other: for DMARC only the MAIL FROM identity counts.
public struct SPFFindings: Sendable, Hashable {
    /// Of the HELO identity.
    public let helo: SPFFinding
    /// Of the MAIL FROM identity.
    public let mailFrom: SPFFinding
}
