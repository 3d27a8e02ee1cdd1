/// Whether a message may leave by a connection, and why: what the relay does and the page shows.
public struct SecurityVerdict: Sendable, Hashable, Codable {
    /// What is to be done.
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// Send.
        case proceed
        /// Don't; try another server, or again later (4.7.x).
        case postpone
        /// Don't; wait until a person has decided.
        case hold
    }

    /// What is to be done.
    public let outcome: Outcome
    /// What was reached, if the message may leave.
    public let level: SecurityLevel
    /// How the server was authenticated.
    public let authentications: [Authentication]
    /// Who said what, in order: those of the plan, then what came of them.
    public let steps: [SecurityStep]
    /// The TLSA records and the certificates, where DANE was asked.
    public let dane: DANEVerdict?
    /// What was seen, for ``PeerRecord/note(_:)``.
    public let observation: PeerObservation
    /// What a TLS report counts (RFC 8460 §4.3); nil: a success.
    public let failure: TLSReportFailureType?

    /// The reason in one English sentence.
    public var explanation: String { steps.last { $0.effect != .none }?.words ?? "" }
}
