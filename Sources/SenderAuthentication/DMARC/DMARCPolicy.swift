/// What a domain owner asks for mail that fails (`dmarc-request` of RFC 9989 §4.8), the mildest first.
public enum DMARCPolicy: String, Sendable, Hashable, CaseIterable {
    /// No preference.
    case none
    /// It is suspicious.
    case quarantine
    /// The domain was not rightly used.
    case reject

    /// One level below, as `t=y` asks (RFC 9989 §4.7).
    public var oneLevelBelow: DMARCPolicy {
        switch self {
        case .none, .quarantine: .none
        case .reject: .quarantine
        }
    }
}
