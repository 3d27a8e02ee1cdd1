/// What a mechanism that matches stands for (RFC 7208 §4.6.2).
public enum SPFQualifier: UInt8, Sendable, Hashable, CaseIterable {
    /// `+`, or no qualifier
    case pass = 0x2B
    /// `-`
    case fail = 0x2D
    /// `~`
    case softfail = 0x7E
    /// `?`
    case neutral = 0x3F

    /// The result of the check.
    public var result: SPFResult {
        switch self {
        case .pass: .pass
        case .fail: .fail
        case .softfail: .softfail
        case .neutral: .neutral
        }
    }
}
