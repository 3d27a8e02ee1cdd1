public import SMTP

/// Where a domain's mail goes.
public enum Routing: Sendable, Hashable {
    /// To these servers, in this order; at least one.
    case hosts([MailHost])
    /// Nowhere, and that will not change by waiting.
    case refused(RoutingFailure)
    /// Nobody knows now. `cause` is why DNSSEC validation failed, in the resolver's words.
    case postponed(RoutingFailure, cause: String? = nil)
}

/// Why a domain's mail has no way to go.
public enum RoutingFailure: String, Sendable, Hashable, CaseIterable, Error {
    /// The domain takes no mail and says so (RFC 7505).
    case nullMX
    /// There is no such domain (NXDOMAIN).
    case noSuchDomain
    /// The domain is none that the DNS could have, or an address literal of an unknown kind.
    case unusableDomain
    /// The domain exists, and neither it nor the servers that it names have an address.
    case noAddress
    /// The way leads back to this host (RFC 5321 §5.1).
    case loop
    /// The way leads to addresses that are not of the public Internet.
    case insideAddress
    /// The DNS doesn't answer.
    case lookupFailed
    /// The signatures of the MX records are wrong.
    case bogus

    /// The code for a notification (RFC 3463, RFC 7505 §4.1).
    ///
    /// - Parameter isFinal: whether it is refused, and not only postponed.
    public func status(isFinal: Bool) -> EnhancedStatusCode {
        let severity: UInt8 = isFinal ? 5 : 4
        return switch self {
        case .nullMX: EnhancedStatusCode(severity, 1, 10)
        case .noSuchDomain, .unusableDomain: EnhancedStatusCode(severity, 1, 2)
        case .noAddress, .insideAddress: EnhancedStatusCode(severity, 4, 4)
        case .loop: EnhancedStatusCode(severity, 4, 6)
        case .lookupFailed, .bogus: EnhancedStatusCode(severity, 4, 3)
        }
    }

    /// Our own words, without names.
    public var words: String {
        switch self {
        case .nullMX: "The domain takes no mail"
        case .noSuchDomain: "The domain does not exist"
        case .unusableDomain: "The domain can't be looked up"
        case .noAddress: "The domain has no mail server with an address"
        case .loop: "Mail for the domain leads back to this host"
        case .insideAddress: "The domain's mail servers have no public address"
        case .lookupFailed: "The domain's mail servers could not be looked up"
        case .bogus: "The DNSSEC signatures of the domain's MX records are wrong"
        }
    }
}
