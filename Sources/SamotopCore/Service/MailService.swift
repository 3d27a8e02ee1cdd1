public import InternetMessage
public import SMTP

/// The desk (room 5): composes the guards, the directory, the spool and the delivery agent, and answers the session machine's questions.
///
///     let mail = try MailService("mx.example.org", spool: spool, delivering: mailboxes) {
///         Prudence(bannerDelay: .seconds(2))
///     }
///
/// It knows no socket: hand it to an `SMTPServer`, or open a ``MailSession`` on it in memory.
public final class MailService: Sendable {
    /// Our name: in the greeting, in trace fields, as authserv-id.
    public let name: DomainName
    /// The numbers that sessions stay within.
    public let limits: SessionLimits
    /// What trace fields tell.
    public let tracePrivacy: TracePrivacy
    /// Whose mail goes out to other servers.
    public let relaying: RelayRule
    /// What sessions of users' own programs go by; nil: there are none, and nobody can authenticate.
    public let submission: SubmissionRules?
    /// Told of everything.
    public let observers: [any SessionObserver]
    /// An observer wants every command and reply.
    let tellsDialogue: Bool

    let guards: [any MailGuard]
    let signers: [any MessageSigner]
    let agent: any DeliveryAgent
    let spool: any Spool
    let clock: any WallClock
    let identifiers: IdentifierSource
    let unconfirmed: UnconfirmedLedger
    let conduct: Conduct
    /// Each message starts with a copy.
    let sieve: HeaderSieve
    let submittedSieve: HeaderSieve

    /// Composes a service.
    ///
    /// - Parameters:
    ///   - name: our host name, by which the world's DNS knows us.
    ///   - spool: where content rests on its way in.
    ///   - agent: the directory and the mailboxes.
    ///   - identifierTime: how exactly envelope and session ids tell the time; nil: as trace fields do.
    ///   - relaying: whose mail goes out to other servers; the agent must take ``Destination/remote(_:)`` then.
    ///   - signers: put signatures on top of accepted messages, the first one's topmost.
    ///   - submission: for listeners of the role ``Role/submission``.
    ///   - guards: policy, in the order in which it is asked.
    /// - Throws: ``CompositionError`` for a name that is none, or parts in an order that can't work.
    public init(
        _ name: String, spool: any Spool = MemorySpool(), delivering agent: any DeliveryAgent,
        limits: SessionLimits = SessionLimits(), tracePrivacy: TracePrivacy = .none,
        identifierTime: TracePrivacy.Precision? = nil,
        relaying: RelayRule = .none, signers: [any MessageSigner] = [], submission: SubmissionRules? = nil,
        observers: [any SessionObserver] = [],
        clock: any WallClock = SystemClock(),
        @GuardBuilder guards: () -> [any MailGuard] = { [] }
    ) throws(CompositionError) {
        guard let name = DomainName(Array(name.utf8)) else { throw .invalidName(name) }
        self.name = name
        self.spool = spool
        self.agent = agent
        self.limits = limits
        self.tracePrivacy = tracePrivacy
        self.relaying = relaying
        self.signers = signers
        self.submission = submission
        self.observers = observers
        tellsDialogue = observers.contains(where: \.wantsDialogue)
        self.clock = clock
        self.guards = guards()
        identifiers = IdentifierSource(clock: clock, precision: identifierTime ?? tracePrivacy.time)
        unconfirmed = UnconfirmedLedger()
        sieve = Self.sieve(name, limits)
        submittedSieve = Self.sieve(name, limits, removing: submission?.removedFields ?? [])
        conduct = self.guards.reduce(Conduct()) { $0.merged(with: $1.conduct) }
        var known: Set<String> = []
        for guardian in self.guards {
            if let missing = guardian.needs.subtracting(known).sorted().first {
                throw .missingEvidence(guard: guardian.name, method: missing)
            }
            known.formUnion(guardian.provides)
        }
    }

    /// Tells the service of messages accepted before the last stop, whose acknowledgements may have got lost: the same message
    /// sent again is then answered 250 without a second copy (RFC 1047).
    ///
    /// - Parameters:
    ///   - messages: each is read when its turn comes, on a storage thread.
    ///   - then: called when all are remembered. A message that comes in meanwhile waits for it.
    public func remember(
        _ messages: [@Sendable () throws -> ReceivedMessage], then: @escaping @Sendable () -> Void
    ) {
        let now = clock.now()
        for message in messages { unconfirmed.add(message, at: now) }
        unconfirmed.afterwards(then)
    }

    /// The machine's settings for a session of this service.
    func configuration(_ role: Role, _ encryption: ServerSession.Encryption) -> ServerSession.Configuration {
        var configuration = ServerSession.Configuration(hostName: name)
        configuration.dialect = role == .lmtp ? .lmtp : .smtp
        configuration.encryption = encryption
        configuration.maximumMessageSize = limits.messageSize
        configuration.maximumRecipients = limits.recipients
        configuration.maximumErrors = conduct.maximumErrors ?? limits.errors
        configuration.maximumJunkCommands = conduct.maximumJunkCommands ?? limits.junkCommands
        configuration.greetingDelay = conduct.greetingDelay
        configuration.errorDelay = conduct.errorDelay
        configuration.earlyTalker = conduct.earlyTalker
        configuration.illegalPipelining = conduct.illegalPipelining
        configuration.longLines = conduct.longLines
        guard role == .submission else { return configuration }
        // Without rules nobody can authenticate, and so nobody sends.
        configuration.authentication = .required
        configuration.maximumAuthenticationFailures = submission?.maximumFailures ?? 0
        configuration.futureRelease = submission?.longestHold.map { seconds in
            ServerSession.FutureReleaseOffer(
                maximumSeconds: seconds,
                latest: InternetTimestamp.text(clock.now().adding(seconds: Int64(seconds)).seconds))
        }
        configuration.offersDeliverBy = submission?.schedules ?? false
        configuration.offersPriority = submission?.schedules ?? false
        // Programs of people aren't servers that might betray themselves.
        configuration.greetingDelay = .zero
        configuration.earlyTalker = .note
        return configuration
    }
}

/// Why parts can't be composed to a service.
public enum CompositionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The service's name is no domain name.
    case invalidName(String)
    /// A guard needs evidence that no guard before it provides.
    case missingEvidence(guard: String, method: String)

    public var description: String {
        switch self {
        case .invalidName(let name):
            "“\(name)” is no domain name: use the name by which the world's DNS knows this server"
        case .missingEvidence(let name, let method):
            "the guard \(name) needs \(method) results, and no guard before it provides them: put one that does in front of it"
        }
    }
}
