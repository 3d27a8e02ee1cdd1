import InternetMessage
public import SMTP
public import SamotopCore

/// A stranger waits until the user says yes.
///
///     ContactScreening(of: CachedContacts(store))
///
/// A mailbox's owner knows who may write: by address, domain or mailing list, bound to what SPF, DKIM, DMARC or ARC proved
/// of it. At RCPT the reverse-path is looked at, at the end of the message its author. Who is blocked gets 550 5.7.1 as
/// soon as it is known; who is welcome, and proved to be, passes; anyone else is treated as the owner's policy for
/// strangers says.
///
/// There is one reply for a whole message. So recipients that may be answered differently are asked to be sent to separately
/// (452 4.5.3), as any server does that takes fewer recipients than there are.
///
/// Put it last: behind what refuses known spam, so that spam asks nobody. Sessions without a network address, and those of
/// our own MTA (LMTP), are not screened.
public struct ContactScreening: MailGuard {
    let contacts: CachedContacts
    let policies: PolicyBook
    let passes: (any PassStore)?
    let greylist: Greylist?
    let arrivals: HeldArrivals?
    private let record: (any ScreeningRecord)?
    let settings: ScreeningSettings
    let clock: any WallClock
    let asciiDomain: @Sendable ([UInt8]) -> [UInt8]?
    private let exempts: @Sendable (ClientAddress) -> Bool
    let isNewName: @Sendable (Mailbox) -> Bool
    private let hidesName: @Sendable (Mailbox) -> Bool

    /// - Parameters:
    ///   - contacts: who may write to whom.
    ///   - policies: what becomes of strangers.
    ///   - passes: words that owners gave; nil: none count.
    ///   - greylist: for owners who chose ``ScreeningPolicy/Treatment/grey``; nil: their strangers are asked about.
    ///   - arrivals: told of held messages, whose sender may be decided about while they are on their way.
    ///   - record: told of every decision about a whole message.
    ///   - asciiDomain: turns a domain with letters beyond ASCII into its A-labels (RFC 5890). Without it such domains prove
    ///     nothing.
    ///   - exempts: clients that aren't screened.
    ///   - isNewName: addresses that their owner is asked about before their first mail comes in.
    ///   - hidesName: addresses, also such as are known, of which strangers shall not learn whether they are there: who waits
    ///     already is answered at the end of the message, too.
    public init(
        of contacts: CachedContacts, policies: PolicyBook = PolicyBook(), passes: (any PassStore)? = nil,
        greylist: Greylist? = nil, arrivals: HeldArrivals? = nil, record: (any ScreeningRecord)? = nil,
        settings: ScreeningSettings = ScreeningSettings(), clock: any WallClock = SystemClock(),
        asciiDomain: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil },
        exempts: @escaping @Sendable (ClientAddress) -> Bool = { _ in false },
        isNewName: @escaping @Sendable (Mailbox) -> Bool = { _ in false },
        hidesName: @escaping @Sendable (Mailbox) -> Bool = { _ in false }
    ) {
        self.contacts = contacts
        self.policies = policies
        self.passes = passes
        self.greylist = greylist
        self.arrivals = arrivals
        self.record = record
        self.settings = settings
        self.clock = clock
        self.asciiDomain = asciiDomain
        self.exempts = exempts
        self.isNewName = isNewName
        self.hidesName = hidesName
    }

    public var name: String { "contacts" }
    public var isForStrangers: Bool { true }
    public var needs: Set<String> { settings.needsAuthentication ? ["spf", "dkim", "dmarc"] : [] }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        session.folders = [:]
        return .pass
    }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard let party = try await Party(recipient, policies: policies) else { return .pass }
        if try await isOver(party) {
            return .reject(Refusal(.unknownMailbox, cause: "an address for one purpose that ended"))
        }
        guard let network = strangerNetwork(session) else { return .pass }
        let claims = claims(envelope, SenderEvidence(session.evidence), network)
        let ruling = try await ruling(on: claims, for: party)
        switch ruling {
        case .blocked(let contact):
            return .reject(Refusal(.blocked, cause: contact.correspondent.kind.rawValue + " blocked"))
        case .stranger(let standings):
            if let answer = try await answerOfName(recipient, envelope, standings, party, network, session) {
                return answer
            }
            let isHidden = recipient.path.mailbox.map(hidesName) ?? false
            if !isHidden,
                let early = try await earlyAnswer(claims, standings, party, recipient, envelope, session)
            {
                return early
            }
        case .welcome:
            break
        }
        return try await fits(ruling, party, envelope, claims) ? .pass : Self.separately
    }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        strangerNetwork(session) == nil ? nil : HeaderTap()
    }

    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        guard let network = strangerNetwork(session), let tap = tap as? HeaderTap else { return .pass }
        let evidence = SenderEvidence(session.evidence)
        let header = MessageHeader(tap.finish())
        var claims = claims(message.envelope, evidence, network)
        claims.isComplete = true
        claims.author = header.author.map { author in
            // The author is mostly who stands in the reverse-path.
            let isSender = message.envelope.reversePath.mailbox == author
            let address =
                (isSender ? claims.envelope?.address : nil) ?? SenderAddress(author, asciiDomain: asciiDomain)
            return Sender(
                address, proofs: evidence.proofs(ofAuthor: address.domain), isDenied: evidence.isDenied,
                network: network)
        }
        claims.list = evidence.signs(for: header.listDomain) ? header.list : nil
        var parties: [(party: Party, recipients: [Recipient])] = []
        for recipient in message.envelope.recipients {
            guard let party = try await Party(recipient, policies: policies) else { continue }
            if let index = parties.firstIndex(where: { $0.party == party }) {
                parties[index].recipients.append(recipient)
            } else {
                parties.append((party, [recipient]))
            }
        }
        guard let first = parties.first else { return .pass }
        let incoming = IncomingMessage(
            envelope: message.envelope, claims: claims, header: header, session: session, received: message.received)
        let answer =
            parties.count == 1
            ? try await answer(to: incoming, for: first.party, first.recipients, &session)
            : try await answer(to: incoming, for: parties, &session)
        let owners = parties.count == 1 ? first.party.owners : Set(parties.flatMap(\.party.owners)).sorted()
        record?.judged(
            ScreeningJudgement(
                envelope: message.envelope.id, sender: incoming.claims.sender?.address.correspondent.text ?? "",
                owners: owners, verdict: answer.verdict, cause: answer.cause, time: message.received),
            in: session)
        return answer.verdict
    }

    private static let separately = Verdict.postpone(
        Refusal(.sendSeparately, cause: "another answer may be due than to the recipients before"))

    /// Nil: the client is not screened.
    func strangerNetwork(_ session: Session) -> String? {
        exempts(session.client) ? nil : session.strangerNetwork
    }

    private func claims(_ envelope: Envelope, _ evidence: SenderEvidence, _ network: String) -> Claims {
        guard case .mailbox(let mailbox) = envelope.reversePath else { return Claims() }
        let address = SenderAddress(mailbox, asciiDomain: asciiDomain)
        return Claims(
            envelope: Sender(
                address, proofs: evidence.proofs(ofReversePath: address.domain), isDenied: evidence.isDenied,
                network: network))
    }

    func ruling(on claims: Claims, for party: Party) async throws -> StandingAmongOwners {
        var standings: [(owner: Owner, standing: Standing)] = []
        let lookups = claims.lookups
        for owner in party.owners {
            let standing = try await claims.standing(among: contacts.known(of: owner, about: lookups))
            standings.append((owner, standing))
        }
        return StandingAmongOwners(standings)
    }

    /// Whether a recipient may share its reply with those before: it is of their party, or all of them are welcome already.
    private func fits(_ ruling: StandingAmongOwners, _ party: Party, _ envelope: Envelope, _ claims: Claims)
        async throws -> Bool
    {
        // Those before fit to each other, so one of them stands for all.
        guard let first = envelope.recipients.first, let other = try await Party(first, policies: policies),
            other != party
        else { return true }
        guard case .welcome = ruling, case .welcome = try await self.ruling(on: claims, for: other) else {
            return false
        }
        return true
    }
}
