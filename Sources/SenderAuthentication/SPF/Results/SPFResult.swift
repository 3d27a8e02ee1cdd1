public import InternetMessage

/// What SPF says of an identity (RFC 7208 §2.6).
public enum SPFResult: String, Sendable, Hashable, CaseIterable {
    /// There is no domain to ask, or it publishes nothing.
    case none
    /// The domain says nothing about the client.
    case neutral
    /// The client may use the identity.
    case pass
    /// The client may not.
    case fail
    /// The client probably may not.
    case softfail
    /// It can't be said now: try again later.
    case temperror
    /// What the domain publishes can't be understood or followed.
    case permerror

    /// The result as RFC 8601 §2.7.2 writes it.
    public var keyword: AuthenticationKeyword {
        switch self {
        case .none: .none
        case .neutral: .neutral
        case .pass: .pass
        case .fail: .fail
        case .softfail: .softfail
        case .temperror: .temperror
        case .permerror: .permerror
        }
    }
}
