public import NameResolution
public import SamotopCore
public import SenderAuthentication
public import TransportSecurity

/// Sends the reports of the days that are over: finds what was counted, asks the DNS who wants to know it now, and hands
/// messages to whoever sends mail.
///
/// Counts are removed when the message was handed over, not before. Who dies between the two sends a report twice, with the same
/// identifiers; none is lost.
public actor ReportDesk {
    /// Hands a message over; returns when whoever has it now answers for it. What it throws leaves the report for later.
    public typealias Send = @Sendable (OutgoingReport) async throws -> Void

    /// What is reported of; nil: nothing.
    public struct Counts: Sendable {
        /// Of servers that mail went to.
        public var tls: (any TLSReportStore)?
        /// Of messages that came in.
        public var dmarc: (any DMARCReportStore)?

        /// Both.
        public init(tls: (any TLSReportStore)? = nil, dmarc: (any DMARCReportStore)? = nil) {
            self.tls = tls
            self.dmarc = dmarc
        }
    }

    /// By whom and how much.
    public let sender: ReportSender
    let counts: Counts
    let resolver: any Resolver
    let clock: any WallClock
    let writer: ReportWriter
    let poster: (any ReportPosting)?
    let send: Send
    private var isRunning = false
    private var day: Int64 = 0
    private var sentToday = 0
    /// Handed over, while the store could not forget the counts.
    var handedOver: Set<String> = []

    /// A desk.
    ///
    /// - Parameters:
    ///   - signer: signs the messages. Receivers ignore TLS reports that aren't signed (RFC 8460 §3).
    ///   - poster: for `https:`; without it, such addresses are passed over.
    ///   - random: for the boundaries of messages.
    public init(
        _ sender: ReportSender, counts: Counts, resolver: any Resolver, clock: any WallClock = SystemClock(),
        signer: DKIMSigner? = nil, poster: (any ReportPosting)? = nil,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }, send: @escaping Send
    ) {
        self.sender = sender
        self.counts = counts
        self.resolver = resolver
        self.clock = clock
        self.poster = poster
        self.send = send
        writer = ReportWriter(sender: sender, signer: signer, random: random)
    }

    /// Sends what can be sent now. Days of UTC that aren't over are left alone.
    ///
    /// - Parameter isDryRun: looks everything up and writes the messages, but sends and removes nothing.
    public func run(isDryRun: Bool = false) async -> ReportRun {
        var run = ReportRun()
        guard !isRunning else {
            run.isBusy = true
            return run
        }
        isRunning = true
        defer { isRunning = false }
        let now = clock.now().seconds
        let today = TLSReportPeriod.begin(at: now)
        if today != day { (day, sentToday) = (today, 0) }
        for kind in ReportKind.allCases where sender.kinds.contains(kind) {
            do {
                for subject in try await subjects(kind, endedAt: now) {
                    if Task.isCancelled { return run }
                    let outcome = await outcome(of: subject, now: now, isDryRun: isDryRun)
                    if case .sent = outcome { sentToday += 1 }
                    run.entries.append(ReportRun.Entry(subject: subject, outcome: outcome))
                }
            } catch {
                run.storeFailures.append("\(kind.rawValue): \(error)")
            }
        }
        return run
    }

    private func subjects(_ kind: ReportKind, endedAt time: Int64) async throws -> [ReportSubject] {
        switch kind {
        case .tls:
            try await counts.tls?.ended(at: time).map { ReportSubject(.tls, domain: $0.domain, begin: $0.begin) } ?? []
        case .dmarc:
            try await counts.dmarc?.ended(at: time).map {
                ReportSubject(.dmarc, domain: $0.policyDomain, begin: $0.begin)
            } ?? []
        }
    }

    private func outcome(of subject: ReportSubject, now: Int64, isDryRun: Bool) async -> ReportRun.Outcome {
        do {
            let limit = sender.keptDays.multipliedReportingOverflow(by: TLSReportPeriod.length).partialValue
            let age = now.subtractingReportingOverflow(subject.begin).partialValue
            var outcome = ReportRun.Outcome.expired
            if age <= limit {
                if sentToday >= sender.maximumReportsADay {
                    return .postponed("\(sender.maximumReportsADay) reports went today")
                }
                outcome =
                    switch subject.kind {
                    case .tls: try await sendTLS(subject, now: now, isDryRun: isDryRun)
                    case .dmarc: try await sendDMARC(subject, now: now, isDryRun: isDryRun)
                    }
            }
            if case .postponed = outcome { return outcome }
            if !isDryRun { try await forget(subject) }
            return outcome
        } catch {
            return .postponed("the store: \(error)")
        }
    }

    private func forget(_ subject: ReportSubject) async throws {
        switch subject.kind {
        case .tls: try await counts.tls?.remove(.init(domain: subject.domain, begin: subject.begin))
        case .dmarc: try await counts.dmarc?.remove(.init(policyDomain: subject.domain, begin: subject.begin))
        }
        let mark = subject.mark
        handedOver = handedOver.filter { !$0.hasPrefix(mark) }
    }

    /// Hands something over, unless that was done already and only the store could not forget it.
    func once(_ mark: String, _ handOver: () async throws -> Void) async throws {
        guard !handedOver.contains(mark) else { return }
        try await handOver()
        handedOver.insert(mark)
    }
}

extension ReportSubject {
    /// What it is remembered by.
    var mark: String { "\(kind.rawValue) \(begin) \(domain.text.lowercased()) " }
}
