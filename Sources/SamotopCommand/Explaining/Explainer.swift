import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import SenderAuthentication

/// Evaluates a message as the server would: by the same guards for the verdict, and once more by the same evaluators for what
/// led to it.
struct Explainer: Sendable {
    /// What a message came with.
    struct Arrival: Sendable {
        var client: IPAddress
        var helo: [UInt8]
        /// Empty: the null reverse-path.
        var mailFrom: [UInt8]
        /// Nil: only what is known before DATA is looked at.
        var message: [UInt8]?
        /// Seconds since 1970.
        var now: Int64
    }

    /// Octets of a message, or of a whole batch, at most.
    static let maximumLength = 256 << 20

    /// Its `authentication` section counts.
    let configuration: Configuration

    func explain(_ arrival: Arrival, asking resolver: any Resolver) async -> Explanation {
        let questions = RecordedQuestions(resolver)
        // What was asked once is not asked again, as in a server.
        let cache = CachingResolver(questions)
        var explanation = Explanation()
        await explain(arrival, cache, &explanation)
        let (verdict, evidence) = await judge(arrival, cache)
        explanation.verdict = verdict
        if let authservID = AuthservID(Array(configuration.name.utf8)) {
            let results = AuthenticationResults(authservID: authservID, results: evidence)
            explanation.authenticationResults = String(decoding: results.bytes, as: UTF8.self)
        }
        explanation.questions = questions.entries.map { Explanation.Question($0) }
        return explanation
    }

    private func explain(_ arrival: Arrival, _ resolver: any Resolver, _ explanation: inout Explanation) async {
        let reverse = ReverseLookup(resolver: resolver)
        let found = await reverse.evaluate(arrival.client)
        var match: HelloMatch?
        if let hello = Domain(arrival.helo) { match = await reverse.match(hello, found) }
        explanation.iprev = Explanation.ReverseLookup(found, match)

        let findings = await SPFEvaluator(resolver: resolver).check(arrival.envelope(receiver: configuration.name))
        explanation.spf = Explanation.SPF(findings.mailFrom)
        explanation.spfHelo = Explanation.SPF(findings.helo)

        guard let octets = arrival.message else { return }
        let message = SignedMessage(octets)
        let authenticator = MessageAuthenticator(
            resolver: resolver, trustedSealers: Set(configuration.authentication.trustedSealers))
        let about = await authenticator.authenticate(
            message, spf: [findings.mailFrom.authenticationResult], now: arrival.now)
        explanation.dkim = about.signatures.filter { $0.result != .none }.map { Explanation.Signature($0) }
        explanation.arc = about.arc.map { Explanation.ARC($0) }
        explanation.dmarc = Explanation.DMARC(about.dmarc)
    }

    /// What the server's guards say, and the evidence that they leave.
    private func judge(_ arrival: Arrival, _ resolver: any Resolver) async -> (
        Explanation.Verdict, [AuthenticationResult]
    ) {
        guard let path = arrival.reversePath else {
            return (.init(verdict: "reject", stage: "sender", reply: "501 5.1.7", cause: "no reverse-path"), [])
        }
        var session = Session(id: "explain", role: .mx, client: ClientAddress(arrival.client))
        session.hello = Domain(arrival.helo).map { HelloCommand(verb: .ehlo, domain: $0) }
        let envelope = Envelope(id: "explain", reversePath: path, parameters: MailParameters())
        let guards = SenderGuards(configuration, resolver).all
        var taps: [(any ContentTap)?] = []
        for (stage, ask) in stages(arrival, envelope) {
            if stage == .message, let octets = arrival.message {
                taps = guards.map { $0.tap(envelope, session) }
                for tap in taps { tap?.append(octets.span) }
            }
            for (index, guardian) in guards.enumerated() {
                let tap = index < taps.count ? taps[index] : nil
                let verdict = (try? await ask(guardian, tap, &session)) ?? .pass
                if let said = Explanation.Verdict(verdict, stage) { return (said, session.evidence) }
            }
        }
        return (.init(verdict: "accept", stage: nil, reply: nil, cause: nil), session.evidence)
    }

    private typealias Asking = (any MailGuard, (any ContentTap)?, inout Session) async throws -> Verdict

    private func stages(_ arrival: Arrival, _ envelope: Envelope) -> [(Stage, Asking)] {
        let recipient = Recipient(path: .postmaster, parameters: RcptParameters(), destinations: [])
        var stages: [(Stage, Asking)] = [
            (.hello, { guardian, _, session in try await guardian.hello(&session) }),
            (.sender, { guardian, _, session in try await guardian.sender(envelope, &session) }),
            (.recipient, { guardian, _, session in try await guardian.recipient(recipient, envelope, &session) }),
        ]
        if let octets = arrival.message {
            let message = ReceivedMessage(
                envelope: envelope, trace: [], content: MemoryContent(octets),
                received: Timestamp(seconds: arrival.now, nanoseconds: 0))
            stages.append((.message, { try await $0.message(message, tap: $1, &$2) }))
        }
        return stages
    }
}

extension Explainer.Arrival {
    /// Nil: SMTP has no such reverse-path.
    var reversePath: ReversePath? { mailFrom.isEmpty ? .null : Mailbox(mailFrom).map { .mailbox($0) } }

    func envelope(receiver: String) -> SPFEnvelope {
        var sender: SPFSender?
        if !mailFrom.isEmpty {
            let at = mailFrom.lastIndex(of: UInt8(ascii: "@"))
            sender = SPFSender(
                localPart: at.map { Array(mailFrom[..<$0]) } ?? [],
                domain: at.map { Array(mailFrom[($0 + 1)...]) } ?? mailFrom)
        }
        return SPFEnvelope(
            client: client, helo: helo, sender: sender, receiver: Array(receiver.utf8), time: now,
            wantsExplanation: true)
    }
}

extension ClientAddress {
    init(_ address: IPAddress) { self = address.isIPv6 ? .ipv6(address.octets) : .ipv4(address.octets) }
}

extension Explanation.Verdict {
    /// Nil when the guard lets it pass.
    init?(_ verdict: Verdict, _ stage: Stage) {
        let (word, reply, cause): (String, Reply?, String)
        switch verdict {
        case .pass: return nil
        case .accept(let said): (word, reply, cause) = ("accept", nil, said)
        case .postpone(let refusal): (word, reply, cause) = ("postpone", refusal.words.postponing, refusal.cause)
        case .reject(let refusal), .disconnect(let refusal):
            (word, reply, cause) = ("reject", refusal.words.rejecting, refusal.cause)
        }
        let line = reply.map { String(decoding: $0.bytes.filter { $0 >= 0x20 }, as: UTF8.self) }
        self.init(verdict: word, stage: stage.rawValue, reply: line, cause: cause)
    }
}
