/// Sees everything and decides nothing: logs, metrics, transcripts.
///
/// Called in order on the session's event loop: return quickly and never block.
public protocol SessionObserver: Sendable {
    /// Something happened in a session.
    func observe(_ event: SessionEvent, in session: Session)

    /// Does it want ``SessionEvent/received(_:)`` and ``SessionEvent/sent(_:)``, which come with every command? Asked once, when
    /// the service is made; true unless the observer says otherwise.
    var wantsDialogue: Bool { get }
}

extension SessionObserver {
    public var wantsDialogue: Bool { true }
}

/// What happens in a session, in the order of the wire.
public enum SessionEvent: Sendable, Hashable {
    /// A client connected.
    case opened
    /// A command line came, without its line end and without secrets of AUTH. Holds addresses: redact before printing.
    case received([UInt8])
    /// Replies were sent.
    case sent([UInt8])
    /// The session is inside TLS now.
    case secured(TLSFacts)
    /// The client has authenticated.
    case authenticated(Submitter)
    /// A guard, the relay rule or the directory answered other than `.pass`.
    case judged(JudgementRecord)
    /// The content of a message was complete, in octets.
    case content(octets: Int)
    /// A message was delivered, and its 250 is about to be sent.
    case delivered(id: String, recipients: Int, octets: Int)
    /// A message could not be delivered because of a fault on our side.
    case failed(cause: String)
    /// The connection is gone.
    case closed
}
