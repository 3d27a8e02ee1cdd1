public import SamotopCore

/// What is known of a stranger's latest try. Text came from the stranger: it is bounded, and never trusted.
public struct ContactRequest: Sendable, Hashable {
    /// The address it was for.
    public var recipient: String
    /// The reverse-path; empty for the null one.
    public var reversePath: String
    /// The author's display name, decoded; known only at the end of the message. At most 100 characters.
    public var displayName: String?
    /// The subject, decoded; only when policy takes it. At most 200 characters.
    public var subject: String?
    /// The client's network, not its address: `192.0.2.0/24`.
    public var network: String
    /// The client's name by reverse lookup, confirmed.
    public var clientName: String?
    /// What it said in EHLO.
    public var hello: String?
    /// The evidence as `method=result ptype.property=value`, at most 20 lines.
    public var evidence: [String]
    /// When it last tried.
    public var time: Timestamp
    /// Envelope identifiers of messages that are held for it; at most 100.
    public var held: [String]

    /// Makes a request.
    public init(
        recipient: String, reversePath: String, displayName: String? = nil, subject: String? = nil, network: String,
        clientName: String? = nil, hello: String? = nil, evidence: [String] = [], time: Timestamp, held: [String] = []
    ) {
        self.recipient = recipient
        self.reversePath = reversePath
        self.displayName = displayName.map { String($0.prefix(100)) }
        self.subject = subject.map { String($0.prefix(200)) }
        self.network = network
        self.clientName = clientName
        self.hello = hello
        self.evidence = Array(evidence.prefix(20))
        self.time = time
        self.held = Array(held.suffix(100))
    }
}
