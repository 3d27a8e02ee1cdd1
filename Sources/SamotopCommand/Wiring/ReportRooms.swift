import Foundation
import InternetMessage
import Logging
import NameResolution
import SMTP
import SamotopContacts
import SamotopCore
import SamotopQueue
import SamotopReports
import SamotopSQLite
import SenderAuthentication
import ServiceLifecycle
import TransportSecurity

/// Reports between servers: what is counted, sent once a day, and received.
struct ReportRooms: Sendable {
    /// Days for which received reports are kept.
    private static let keptDays: Int64 = 400

    /// Where messages are counted; nil: they aren't.
    let counts: (any DMARCReportStore)?
    /// What reads the mail of the addresses that take reports.
    let guards: [any MailGuard]
    let services: [any Service]
    /// What the control socket answers.
    let answers: [String: ControlSocket.Answer]
    /// Whether a message is counted.
    let isCounted: @Sendable (Envelope) -> Bool
    #if SQLite
        private let stores: ReportStores
    #endif

    /// Nil: there is nothing to do.
    init?(_ configuration: Configuration, _ resolver: (any Resolver)?, _ outgoing: OutgoingRooms?, _ logger: Logger)
        async throws
    {
        let settings = configuration.reports
        guard !settings.send.isEmpty || !settings.receive.isEmpty else { return nil }
        #if SQLite
            do { stores = try await ReportStores.open(in: configuration.state) } catch let error as ContactStoreError {
                throw StartFailure(ExitStatus.failure, ["samotop: \(error.cause)"])
            }
            let addresses = Set(settings.receive.map { "\($0)".lowercased() })
            isCounted = { envelope in !envelope.recipients.allSatisfy { addresses.contains($0.lowercasedAddress) } }
            let inbox = ReportInbox(stores.received, domains: configuration.domains.compactMap { DNSName($0.name) })
            guards = addresses.isEmpty ? [] : [TakingReports(inbox: inbox, addresses: addresses, logger: logger)]
            counts = settings.send.contains(.dmarc) ? stores.dmarc : nil
            var desk: ReportDesk?
            if let outgoing, let resolver, !settings.send.isEmpty {
                desk = try Self.desk(configuration, resolver, outgoing, stores)
            }
            answers = ["reports": ReportAnswers(received: stores.received, desk: desk).answer]
            let (received, database) = (stores.received, stores)
            services = [
                ReportService(desk: desk, logger: logger) {
                    let oldest = SystemClock().now().seconds - Self.keptDays * 86_400
                    do {
                        _ = try await received.expire(before: oldest)
                        try await database.checkpoint()
                    } catch { logger.error("old reports can't be removed", metadata: ["cause": "\(error)"]) }
                }
            ]
        #else
            throw StartFailure(
                ExitStatus.configuration,
                [
                    configuration.problem(
                        "reports", "this build keeps none (it was made without the trait SQLite); remove reports:")
                ])
        #endif
    }

    #if SQLite
        private static func desk(
            _ configuration: Configuration, _ resolver: any Resolver, _ outgoing: OutgoingRooms, _ stores: ReportStores
        ) throws(StartFailure) -> ReportDesk {
            let settings = configuration.reports
            let contact = settings.contact ?? configuration.postmaster
            guard let mailbox = Mailbox("\(contact)"),
                var sender = ReportSender(
                    organization: settings.organization ?? contact.domain, contact: NamedMailbox(mailbox))
            else {
                throw StartFailure(
                    ExitStatus.configuration, [configuration.problem("reports.contact", "\(contact) is no address")])
            }
            sender.kinds = Set(settings.send.map { $0 == .tls ? .tls : .dmarc })
            let queue = outgoing.queue
            let signer = outgoing.signing.policy.signers(for: sender.domain).first
            return ReportDesk(
                sender, counts: ReportDesk.Counts(tls: outgoing.tlsCounts, dmarc: stores.dmarc), resolver: resolver,
                signer: signer, poster: ReportPoster(poster: outgoing.known.poster)
            ) { report in
                let content = MemoryContent(report.octets)
                let message = QueuedMessage(
                    id: report.id, reversePath: report.reversePath,
                    submitter: report.subject.kind == .tls ? .tlsReports : Submitter(.local, name: "reports"),
                    arrived: SystemClock().now(), size: content.count)
                let recipients = report.recipients.map { NewRecipient($0, destination: outgoing.destination(for: $0)) }
                _ = try await queue.add([NewMessage(message, to: recipients, content: content)])
            }
        }
    #endif

    /// Writes what waits.
    func close() async throws {
        #if SQLite
            try await stores.close()
        #endif
    }
}

/// Sends reports every day, and removes old ones.
private struct ReportService: Service {
    let desk: ReportDesk?
    let logger: Logger
    let tidy: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let desk else {
                while !Task.isCancelled {
                    await tidy()
                    do { try await Task.sleep(for: .seconds(86_400)) } catch { return }
                }
                return
            }
            await DailyReports(desk, sleep: { try await Task.sleep(for: .seconds($0)) }) { run in
                for failure in run.storeFailures { logger.error("reports", metadata: ["cause": "\(failure)"]) }
                let sent = run.entries.count { if case .sent = $0.outcome { true } else { false } }
                logger.notice("reports", metadata: ["looked at": "\(run.entries.count)", "sent": "\(sent)"])
                await tidy()
            }.run()
        }
    }
}
