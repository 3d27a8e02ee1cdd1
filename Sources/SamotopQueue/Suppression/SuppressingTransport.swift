import SMTP
public import SamotopCore

/// Keeps an account's mail from addresses that refused it for good: those recipients fail at once, with words that say how to lift
/// it, and the others go on. Whoever is refused for good is added.
///
/// A store that can't be asked keeps nothing from leaving.
public struct SuppressingTransport: OutboundTransport {
    static let words = """
        Not sent: this address refused your mail for good before. \
        To write to it again, have it lifted: samotop queue suppressed remove
        """

    private let transport: any OutboundTransport
    private let store: any SuppressionStore
    private let rule: SuppressionRule
    private let clock: any WallClock
    private let alarm: @Sendable (String) -> Void

    /// - Parameters:
    ///   - transport: the way to other servers.
    ///   - store: what is suppressed.
    ///   - rule: which failures and whose mail.
    ///   - alarm: told, in words without addresses, when the store can't be used.
    public init(
        around transport: any OutboundTransport, store: any SuppressionStore, rule: SuppressionRule = SuppressionRule(),
        clock: any WallClock = SystemClock(), alarm: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.transport = transport
        self.store = store
        self.rule = rule
        self.clock = clock
        self.alarm = alarm
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        guard rule.concerns(job.message) else { return await transport.deliver(job, content: content) }
        return await transport.deliver(
            job, content: content, except: await standing(against: job).map { $0.map(Self.refusal) }
        ) { part, report in await note(report.outcomes, of: part) }
    }

    private func standing(against job: DeliveryJob) async -> [SuppressedAddress?] {
        do {
            let found = try await store.suppressed(
                job.recipients.map(\.path), for: job.message.submitter, now: clock.now().seconds)
            guard found.count == job.recipients.count else { return job.recipients.map { _ in nil } }
            return zip(job.recipients, found).map { rule.concerns($0) ? $1 : nil }
        } catch {
            alarm("suppressed addresses can't be looked up: \(type(of: error))")
            return job.recipients.map { _ in nil }
        }
    }

    private func note(_ outcomes: [RecipientOutcome], of job: DeliveryJob) async {
        let now = clock.now().seconds
        let (end, overflows) = now.addingReportingOverflow(max(0, rule.lifetime))
        let found = zip(job.recipients, outcomes).compactMap { recipient, outcome -> SuppressedAddress? in
            guard case .refused(let failure) = outcome, rule.suppresses(failure), rule.concerns(recipient) else {
                return nil
            }
            return SuppressedAddress(
                submitter: job.message.submitter, address: recipient.path, status: failure.status, since: now,
                expires: overflows ? .max : end)
        }
        guard !found.isEmpty else { return }
        do { try await store.add(found) } catch {
            alarm("an address that refused for good can't be written down: \(type(of: error))")
        }
    }

    private static func refusal(_ entry: SuppressedAddress) -> RecipientOutcome {
        .refused(AttemptFailure(stage: .suppressed, status: entry.status, words: words, isHostWide: false))
    }
}
