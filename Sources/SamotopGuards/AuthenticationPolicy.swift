public import NameResolution

/// What ``Authenticating`` does with what it finds.
public struct AuthenticationPolicy: Sendable, Hashable {
    /// What a result brings.
    public enum Consequence: Sendable, Hashable {
        /// It is told in the trace field, and later guards see it.
        case mark
        /// 550.
        case reject
    }

    /// SPF says that the client may not send for the reverse-path's domain (RFC 7208 §8.4): 550 5.7.23.
    public var spfFail = Consequence.mark
    /// The author's domain isn't proved, and its owner asks for rejection (RFC 9989 §5.4): 550 5.7.1. Not for messages that a
    /// trusted ARC sealer vouches for, nor for those that came by a mailing list which signed them.
    public var dmarcReject = Consequence.reject
    /// The From field names no single author, or a field that readers go by is there twice (RFC 5322 §3.6): 550 5.6.0.
    public var noAuthor = Consequence.reject
    /// The reverse-path's domain says that it takes no mail (RFC 7505 §4.2): 550 5.7.27.
    public var nullMX = Consequence.reject
    /// The DNS doesn't answer, and nothing else proves the sender: 451 4.4.3, or on it goes.
    public var postponesWithoutAnswer = true
    /// Domains whose ARC seals are believed.
    public var trustedSealers: Set<DNSName> = []

    /// The defaults.
    public init() {}
}
