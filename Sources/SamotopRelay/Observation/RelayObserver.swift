public import SamotopQueue
public import TransportSecurity

/// Sees what a relay does and decides nothing: for logs and metrics. Called from any thread: return quickly and never block.
public protocol RelayObserver: Sendable {
    /// Something happened.
    func observe(_ event: RelayEvent)
}

/// What happens in a relay. Events hold names of servers and addresses of theirs: redact before printing.
public enum RelayEvent: Sendable {
    /// Where a domain's mail goes was found out.
    case routed(DeliveryJobID, Routing)
    /// A connection is ready for a message; `isReused`: it carried another one before. `fingerprint`: of the server's certificate.
    case connected(DeliveryJobID, RemoteHost, DeliveredTLS?, fingerprint: Fingerprint?, isReused: Bool)
    /// What a connection achieved was held against what was asked for.
    case judged(DeliveryJobID, RemoteHost, SecurityVerdict)
    /// TLS failed, nobody asks for it, and so the server is spoken to in clear.
    case fellBackToPlaintext(DeliveryJobID, RemoteHost)
    /// Something failed; others may be tried.
    case failed(DeliveryJobID, AttemptFailure)
    /// What was seen of a peer, or is to be reported, could not be written down.
    case storeFailed(DeliveryJobID)
    /// The attempt is over.
    case finished(DeliveryJobID, DeliveryReport)
}
