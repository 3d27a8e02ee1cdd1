import Logging
import SamotopCore
import SamotopQueue
import SamotopRelay
import ServiceLifecycle

/// Addresses to which an account's mail isn't sent any more, in a running server.
struct SuppressionRooms: Sendable {
    let store: any SuppressionStore
    private let rule: SuppressionRule
    private let logger: Logger

    /// Nil: the configuration says off.
    init?(_ configuration: Configuration, _ known: KnownServers, key: [UInt8], _ logger: Logger) async throws {
        let settings = configuration.relay.queue
        guard let lifetime = settings.suppression else { return nil }
        var limits = SuppressionLimits()
        limits.total = settings.suppressedAddresses
        limits.ofSubmitter = settings.suppressedPerAccount
        store = try await known.suppression(key: key, limits)
        rule = SuppressionRule(
            lifetime: lifetime.components.seconds,
            exempt: [
                Submitter.queue.name, Submitter.tlsReports.name, "reports", ForwardedSenders.submitter.name,
            ])
        self.logger = logger
    }

    /// Seconds for which a new entry stands.
    var lifetime: Int64 { rule.lifetime }

    /// The way out, closed for what is suppressed.
    func transport(around transport: any OutboundTransport) -> any OutboundTransport {
        let logger = logger
        return SuppressingTransport(
            around: transport, store: store, rule: rule,
            alarm: { logger.error("queue", metadata: ["cause": "\($0)"]) })
    }

    /// Removes what is over, each day.
    var service: any Service { SuppressionService(store: store, logger: logger) }
}

private struct SuppressionService: Service {
    let store: any SuppressionStore
    let logger: Logger

    func run() async throws {
        let (store, logger) = (store, logger)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await store.expire(before: SystemClock().now().seconds) } catch {
                    logger.error("old suppressed addresses can't be removed", metadata: ["cause": "\(type(of: error))"])
                }
                do { try await Task.sleep(for: .seconds(86_400)) } catch { return }
            }
        }
    }
}
