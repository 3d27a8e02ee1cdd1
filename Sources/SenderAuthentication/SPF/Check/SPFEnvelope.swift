public import NameResolution

/// What a receiver knows when MAIL comes: enough to check both identities.
public struct SPFEnvelope: Sendable, Hashable {
    /// The client's address.
    public var client: IPAddress
    /// The argument of HELO or EHLO.
    public var helo: [UInt8]
    /// The mailbox of the reverse-path; nil for the null one.
    public var sender: SPFSender?
    /// The name of who checks, for explanations.
    public var receiver: [UInt8]
    /// Now, in seconds since 1970, for explanations.
    public var time: Int64
    /// Whether explanations of fails are fetched.
    public var wantsExplanation: Bool

    /// An envelope.
    public init(
        client: IPAddress, helo: [UInt8], sender: SPFSender?, receiver: [UInt8] = [], time: Int64 = 0,
        wantsExplanation: Bool = false
    ) {
        self.client = client
        self.helo = helo
        self.sender = sender
        self.receiver = receiver
        self.time = time
        self.wantsExplanation = wantsExplanation
    }

    /// Whether the client may greet with this name (RFC 7208 §2.3).
    public var heloQuestion: SPFQuestion { question(.helo, postmaster) }

    /// Whether the client may send from this domain; for the null reverse-path from the HELO domain's postmaster (RFC 7208
    /// §2.4).
    public var mailFromQuestion: SPFQuestion { question(.mailFrom, sender ?? postmaster) }

    private var postmaster: SPFSender { SPFSender(localPart: [], domain: helo) }

    private func question(_ identity: SPFIdentity, _ sender: SPFSender) -> SPFQuestion {
        SPFQuestion(
            identity: identity, client: client, domain: sender.domain, sender: sender, helo: helo, receiver: receiver,
            time: time, wantsExplanation: wantsExplanation)
    }
}
