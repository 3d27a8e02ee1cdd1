public import NIOCore
public import NameResolution
import SMTP
import SamotopClient
public import SamotopCore
public import SamotopQueue
import TransportSecurity

/// The queue's way out: finds the servers of a destination (RFC 5321 §5.1), secures the way (RFC 7672, RFC 8461), and hands the message
/// over.
///
/// Servers are tried in order of preference. No connection, no TLS where somebody asks for it, and 4yz to the connection, to MAIL and to
/// DATA lead to the next; what a server says of a recipient, or of the content, holds for this attempt. Whatever fails on our own side
/// or in the DNS waits. After the final dot nothing is tried again within an attempt (RFC 1047).
public final class MailRelay: OutboundTransport {
    let settings: RelaySettings
    let router: MailRouter
    let routes: RouteTable
    let security: RelaySecurity
    let dane: DANELookup
    let conversion: EightBitConversion?
    let observer: (any RelayObserver)?
    let clock: any WallClock
    let threads: StorageThreads
    let group: any EventLoopGroup
    let connections: ConnectionCache
    let unreachable = UnreachableEndpoints()

    /// A relay.
    ///
    /// - Parameters:
    ///   - resolver: should validate DNSSEC, else DANE never applies.
    ///   - routes: what a person chose instead of the DNS.
    ///   - security: who is asked about TLS, besides DANE.
    ///   - conversion: for servers without 8BITMIME. Nil: messages that need it are refused there.
    ///   - random: decides between servers of equal preference.
    ///   - threads: where content is read and converted.
    ///   - group: where connections run.
    public init(
        settings: RelaySettings, resolver: any Resolver, routes: RouteTable = RouteTable(),
        security: RelaySecurity = RelaySecurity(), conversion: EightBitConversion? = nil,
        observer: (any RelayObserver)? = nil, clock: any WallClock = SystemClock(),
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }, threads: StorageThreads,
        group: any EventLoopGroup
    ) {
        self.settings = settings
        self.routes = routes
        self.security = security
        self.conversion = conversion
        self.observer = observer
        self.clock = clock
        self.threads = threads
        self.group = group
        router = MailRouter(resolver: resolver, settings: settings, random: random)
        dane = DANELookup(resolver: resolver, port: settings.port)
        connections = ConnectionCache(settings: settings, clock: clock, group: group)
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        await deliver(job, content, shares(of: job))
    }

    /// A way out by one route, whatever the table says, for mail that has a next hop of its own.
    public func transport(by route: Route) -> any OutboundTransport { RoutedTransport(relay: self, route: route) }

    func deliver(_ job: DeliveryJob, _ content: any MailContent, _ shares: [Share]) async -> DeliveryReport {
        var outcomes: [Int: RecipientOutcome] = [:]
        var tls: DeliveredTLS?
        let outgoing = OutgoingContent(
            content, body: job.message.parameters.body, threads: threads, conversion: conversion,
            buffer: settings.contentBuffer)
        for share in shares {
            var attempt = DeliveryAttempt(self, job, share, outgoing)
            await attempt.run()
            outcomes.merge(attempt.outcomes) { first, _ in first }
            tls = tls ?? attempt.tls
        }
        let missing = HostFailure.outcome(of: [])
        let report = DeliveryReport(outcomes: job.recipients.indices.map { outcomes[$0] ?? missing }, tls: tls)
        observer?.observe(.finished(job.id, report))
        return report
    }

    /// Ends idle connections that have lived too long. Done by itself when they are due; for tests, and for whoever wants it earlier.
    public func closeIdleConnections() { connections.sweep() }

    /// Ends all idle connections, as when the program ends.
    public func shutDown() { connections.sweep(all: true) }

    /// Recipients of a job that go the same way.
    struct Share: Sendable {
        let domain: Domain
        let route: Route?
        /// Places in the job.
        var recipients: [Int]
    }

    /// One share, unless the job was queued when the routes were others.
    private func shares(of job: DeliveryJob) -> [Share] {
        var shares: [Share] = []
        var places: [QueueDestination: Int] = [:]
        for (index, recipient) in job.recipients.enumerated() {
            let domain = recipient.path.domain
            let destination = routes.destination(for: domain)
            if let place = places[destination] {
                shares[place].recipients.append(index)
            } else {
                places[destination] = shares.count
                shares.append(Share(domain: domain, route: routes.route(for: domain), recipients: [index]))
            }
        }
        return shares
    }
}
