import InternetMessage
import SMTP
import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Random mail, decisions and time, against a model that was written apart from the guard.
@Suite struct ModelTests {
    private static let sequences = 10_000
    private static let parts = 4

    @Test("10,000 random sequences are answered as the model answers them", arguments: 0..<parts)
    func sequences(_ part: Int) async throws {
        for seed in stride(from: part, to: Self.sequences, by: Self.parts) {
            var sequence = try ModelSequence(seed: UInt64(seed))
            guard try await sequence.run() != nil else { continue }
            var told = try ModelSequence(seed: UInt64(seed), isTold: true)
            Issue.record("seed \(seed): \(try await told.run() ?? "")")
            return
        }
    }
}

/// One sequence: the guard and the model, side by side.
private struct ModelSequence {
    private static let addresses = ["a1@a.test", "a2@a.test", "s1@sub.a.test", "b1@b.test"]
    private static let keys = addresses + ["a.test", "sub.a.test", "b.test"]
    private static let recipients = ["alice@our.test", "al@our.test", "bob@our.test", "team@our.test"]
    private static let owners = [
        "alice@our.test": ["alice"], "al@our.test": ["alice"], "bob@our.test": ["bob"],
        "team@our.test": ["alice", "bob"],
    ]

    private static let mailboxes = Dictionary(
        uniqueKeysWithValues: (addresses + recipients).compactMap { text in Mailbox(text).map { (text, $0) } })
    private static let correspondents = Dictionary(
        uniqueKeysWithValues: keys.compactMap { key in ContactWorld.correspondent(key).map { (key, $0) } })

    private var generator: SeededGenerator
    private let store = MemoryContactStore()
    private let clock = ManualClock(seconds: 1_000_000)
    private let screening: ContactScreening
    private let desk: ContactDesk
    private var model: ScreeningModel
    private var steps: [String] = []
    private let isTold: Bool

    /// - Parameter isTold: the steps are put into words, which takes more time than taking them.
    init(seed: UInt64, isTold: Bool = false) throws {
        self.isTold = isTold
        generator = SeededGenerator(seed: seed)
        let policies = MemoryPolicyStore()
        let contacts = CachedContacts(store)
        var chosen: [String: ScreeningModel.Policy] = [:]
        var standard: [String: ScreeningPolicy] = [:]
        for recipient in Self.recipients {
            let strangers: [ScreeningPolicy.Treatment] = [.ask, .ask, .ask, .hold, .refuse, .welcome]
            let policy = ScreeningPolicy(
                strangers: strangers.randomElement(using: &generator) ?? .ask,
                patience: Int.random(in: 1...3, using: &generator),
                unanswered: [.refuse, .hold, .welcome].randomElement(using: &generator) ?? .refuse)
            standard[recipient] = policy
            chosen[recipient] = ScreeningModel.Policy(
                strangers: policy.strangers.rawValue, patience: Int64(policy.patience),
                unanswered: policy.unanswered.rawValue)
        }
        preset = standard
        policyStore = policies
        desk = ContactDesk(contacts, clock: clock)
        screening = ContactScreening(
            of: contacts, policies: PolicyBook(policies, clock: clock), clock: clock)
        model = ScreeningModel(owners: Self.owners, policies: chosen)
        model.now = 1_000_000
    }

    private let preset: [String: ScreeningPolicy]
    private let policyStore: MemoryPolicyStore

    /// Nil when guard and model agree.
    mutating func run() async throws -> String? {
        for (recipient, policy) in preset {
            for owner in Self.owners[recipient] ?? [] {
                try await policyStore.set(policy, for: recipient, of: Owner(owner))
            }
        }
        for _ in 0..<Int.random(in: 2...7, using: &generator) {
            if let difference = try await step() { return "\(difference)\n" + steps.joined(separator: "\n") }
        }
        return try await books()
    }

    private mutating func step() async throws -> String? {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0:
            let seconds = [3_600, 86_400, 2 * 86_400].randomElement(using: &generator) ?? 0
            clock.advance(by: Int64(seconds))
            model.now += Int64(seconds)
            note("+\(seconds)")
        case 1, 2, 3:
            let key = Self.keys.randomElement(using: &generator) ?? ""
            let owner = Bool.random(using: &generator) ? "alice" : "bob"
            let state = Contact.State.allCases.randomElement(using: &generator) ?? .welcome
            guard let correspondent = Self.correspondents[key] else { return "no correspondent" }
            if Int.random(in: 0..<6, using: &generator) == 0 {
                model.forget(key, of: owner)
                try await desk.forget(correspondent, of: Owner(owner), by: "test")
                note("forget \(key) \(owner)")
            } else {
                model.decide(state.rawValue, key, of: owner)
                try await desk.decide(state, about: correspondent, of: Owner(owner), by: "test")
                note("\(state) \(key) \(owner)")
            }
        default:
            let mail = randomMail()
            note("\(mail)")
            let expected = model.send(mail)
            let found = try await send(mail)
            note("\(found)")
            if expected != found { return "expected \(expected)" }
        }
        return nil
    }

    private mutating func note(_ step: @autoclosure () -> String) {
        if isTold { steps.append(step()) }
    }

    private mutating func randomMail() -> ScreeningModel.Mail {
        let envelope = Self.addresses.randomElement(using: &generator) ?? ""
        let isSame = Int.random(in: 0..<3, using: &generator) > 0
        let hasSPF = Bool.random(using: &generator)
        var recipients = [Self.recipients.randomElement(using: &generator) ?? ""]
        if Int.random(in: 0..<3, using: &generator) == 0 {
            recipients.append(Self.recipients.randomElement(using: &generator) ?? "")
        }
        return ScreeningModel.Mail(
            envelope: envelope, author: isSame ? envelope : Self.addresses.randomElement(using: &generator) ?? "",
            hasSPF: hasSPF, isSigned: Int.random(in: 0..<3, using: &generator) == 0,
            isDenied: !hasSPF && Int.random(in: 0..<4, using: &generator) == 0,
            network: Bool.random(using: &generator) ? "192.0.2.0/24" : "198.51.100.0/24", recipients: recipients)
    }

    private func send(_ mail: ScreeningModel.Mail) async throws -> (replies: [Int], folders: Set<String>) {
        let client: [UInt8] = mail.network.hasPrefix("192") ? [192, 0, 2, 9] : [198, 51, 100, 9]
        var session = Session(id: "s", role: .mx, client: .ipv4(client))
        guard let sender = Self.mailboxes[mail.envelope] else { return ([], []) }
        var envelope = Envelope(id: "e", reversePath: .mailbox(sender), parameters: MailParameters())
        _ = try await screening.sender(envelope, &session)
        if mail.hasSPF || mail.isDenied {
            let result: AuthenticationKeyword = mail.hasSPF ? .pass : .fail
            session.evidence.append(Self.result(.spf, result, .smtp, .mailfrom, sender.domain.bytes))
        }
        var replies: [Int] = []
        for text in mail.recipients {
            guard let path = Self.mailboxes[text] else { continue }
            let recipient = Recipient(
                path: .mailbox(path), parameters: RcptParameters(),
                destinations: (Self.owners[text] ?? []).map { .mailbox($0) })
            let reply = Self.code(try await screening.recipient(recipient, envelope, &session))
            replies.append(reply)
            if reply == 250 { envelope.recipients.append(recipient) }
        }
        guard !envelope.recipients.isEmpty else { return (replies, []) }
        if mail.isSigned, let author = Self.mailboxes[mail.author] {
            session.evidence.append(Self.result(.dkim, .pass, .header, .d, author.domain.bytes))
        }
        let tap = screening.tap(envelope, session)
        let header = Array("From: \(mail.author)\r\n\r\n".utf8)
        tap?.append(header.span)
        let message = ReceivedMessage(envelope: envelope, trace: [], content: NoContent(), received: clock.now())
        replies.append(Self.code(try await screening.message(message, tap: tap, &session)))
        return (replies, Set(session.folders.keys))
    }

    /// What differs between the books.
    private func books() async throws -> String? {
        for owner in ["alice", "bob"] {
            var found: [String: ScreeningModel.Entry] = [:]
            for contact in try await store.contacts(of: Owner(owner), matching: ContactQuery(limit: 1_000)) {
                let bound: ScreeningModel.Bound =
                    switch contact.identity.anchor {
                    case .domain(let domain): .domain(domain)
                    case .network(let network): .network(network)
                    case .local: .network("local")
                    }
                found[contact.correspondent.text] = ScreeningModel.Entry(
                    state: contact.state.rawValue, bound: bound, since: RetryClock(contact).start.seconds,
                    attempts: contact.attempts)
            }
            let expected = model.books[owner] ?? [:]
            if found != expected {
                return "\(owner): \(found) instead of \(expected)\n" + steps.joined(separator: "\n")
            }
        }
        return nil
    }

    private static func code(_ verdict: Verdict) -> Int {
        switch verdict {
        case .pass, .accept: 250
        case .postpone(let refusal): Int(refusal.words.postponing.code)
        case .reject(let refusal): Int(refusal.words.rejecting.code)
        case .disconnect: 421
        }
    }

    private static func result(
        _ method: AuthenticationKeyword, _ result: AuthenticationKeyword, _ type: AuthenticationKeyword,
        _ name: AuthenticationKeyword, _ value: [UInt8]
    ) -> AuthenticationResult {
        AuthenticationResult(method: method, result: result, properties: [.init(type, name, value)])
    }
}

private struct NoContent: MailContent {
    var count: Int { 0 }
    func read(_ body: (Span<UInt8>) throws -> Void) throws {}
}
