/// The parameters of RCPT, `Rcpt-parameters` of RFC 5321 §4.1.2. None is given more than once.
public struct RcptParameters: Sendable, Hashable {
    /// NOTIFY (RFC 3461 §4.1). An empty set means the same as nil.
    public var notify: Notify?
    /// ORCPT (RFC 3461 §4.2).
    public var originalRecipient: OriginalRecipient?

    /// No parameters.
    public init() {}

    /// The extensions that these parameters belong to: a server that did not offer one of them answers 555.
    public var used: Extensions {
        notify != nil || originalRecipient != nil ? .dsn : []
    }
}
