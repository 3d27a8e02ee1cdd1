import SMTP
public import SamotopCore

/// Greylisting as a guard of its own, at RCPT, for servers whose users don't decide about strangers: 451 4.7.1 at first.
///
///     Greylisting(Greylist(store, key: key), contacts: contacts)
///
/// A sender who is welcome, and proved by SPF, never waits. Where ``ContactScreening`` is used, owners choose it by
/// ``ScreeningPolicy/Treatment/grey`` instead: then the author is known as well.
public struct Greylisting: MailGuard {
    private let greylist: Greylist
    private let contacts: CachedContacts?
    private let asciiDomain: @Sendable ([UInt8]) -> [UInt8]?
    private let exempts: @Sendable (ClientAddress) -> Bool
    private let clock: any WallClock

    /// - Parameters:
    ///   - contacts: who never waits; nil: nobody.
    ///   - asciiDomain: turns a domain with letters beyond ASCII into its A-labels (RFC 5890).
    ///   - exempts: clients that never wait.
    public init(
        _ greylist: Greylist, contacts: CachedContacts? = nil, clock: any WallClock = SystemClock(),
        asciiDomain: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil },
        exempts: @escaping @Sendable (ClientAddress) -> Bool = { _ in false }
    ) {
        self.greylist = greylist
        self.contacts = contacts
        self.clock = clock
        self.asciiDomain = asciiDomain
        self.exempts = exempts
    }

    public var name: String { "greylist" }
    public var isForStrangers: Bool { true }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard !exempts(session.client), let network = session.strangerNetwork else { return .pass }
        let evidence = SenderEvidence(session.evidence)
        let sender = envelope.reversePath.mailbox.map { mailbox in
            let address = SenderAddress(mailbox, asciiDomain: asciiDomain)
            return Sender(
                address, proofs: evidence.proofs(ofReversePath: address.domain), isDenied: evidence.isDenied,
                network: network)
        }
        if let sender, let contacts {
            for owner in recipient.owners {
                let known = try await contacts.known(of: owner, about: sender.address.lookups)
                if case .welcome = Standing(of: sender, among: known) { return .pass }
            }
        }
        let proven = sender.flatMap { $0.identity.isProven ? $0.address.domain : nil }
        let wait = try await greylist.wait(
            client: session.client, network: network, provenDomain: proven, reversePath: envelope.reversePath,
            recipient: recipient.path.bytes, at: clock.now())
        guard let wait else { return .pass }
        return .postpone(Refusal(.greylisted(seconds: wait), cause: "greylisted for \(wait) seconds"))
    }
}

extension Greylist {
    /// The answer to a stranger's message; a proved author stands for the client as a proved reverse-path does.
    func answer(to message: IncomingMessage, _ sender: Sender, _ recipient: Recipient) async throws -> ScreeningAnswer {
        let wait = try await wait(
            client: message.session.client, network: sender.network,
            provenDomain: sender.identity.isProven ? sender.address.domain : nil,
            reversePath: message.envelope.reversePath, recipient: recipient.path.bytes, at: message.received)
        guard let wait else { return .pass("came again, as mail servers do") }
        return .postpone(.greylisted(seconds: wait), "greylisted for \(wait) seconds")
    }
}
