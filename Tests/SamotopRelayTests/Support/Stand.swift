import NIOCore
import NIOPosix
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import Synchronization
import TransportSecurity

@testable import SamotopRelay

/// A clock that tests turn.
final class TurnedClock: WallClock {
    private let seconds: Mutex<Int64>
    init(_ seconds: Int64 = 0) { self.seconds = Mutex(seconds) }
    func now() -> Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func turn(by more: Int64) { seconds.withLock { $0 += more } }
    func set(_ time: Int64) { seconds.withLock { $0 = time } }
}

/// Remembers what a relay tells.
final class Witness: RelayObserver {
    private let events = Mutex<[RelayEvent]>([])
    func observe(_ event: RelayEvent) { events.withLock { $0.append(event) } }
    var seen: [RelayEvent] { events.withLock { $0 } }

    var fallbacks: Int { count { if case .fellBackToPlaintext = $0 { true } else { false } } }
    var reused: Int { count { if case .connected(_, _, _, _, true) = $0 { true } else { false } } }
    var connected: Int { count { if case .connected(_, _, _, _, false) = $0 { true } else { false } } }
    var failures: [AttemptFailure] {
        seen.compactMap { if case .failed(_, let failure) = $0 { failure } else { nil } }
    }
    var verdicts: [SecurityVerdict] {
        seen.compactMap { if case .judged(_, _, let verdict) = $0 { verdict } else { nil } }
    }

    private func count(_ matches: (RelayEvent) -> Bool) -> Int { seen.count(where: matches) }
}

/// A relay among servers at loopback addresses, with a zone that names them.
struct Stand: Sendable {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    static let threads = StorageThreads(count: 2)
    static let text = Array("From: a@b.test\r\nSubject: x\r\n\r\nHello\r\n.dot\r\n".utf8)

    let relay: MailRelay
    let witness = Witness()
    let clock: TurnedClock

    /// - Parameter port: the servers'; all of them listen at the same.
    init(
        _ resolver: any NameResolution.Resolver, port: Int, routes: RouteTable = RouteTable(),
        security: RelaySecurity = RelaySecurity(),
        clock: TurnedClock = TurnedClock(Stand.realTime), _ change: (inout RelaySettings) -> Void = { _ in },
        conversion: EightBitConversion? = nil
    ) throws {
        var settings = try RelaySettings.testing()
        settings.port = UInt16(port)
        settings.addresses.allowedNetworks = [IPNetwork("127.0.0.0/8"), IPNetwork("::1")].compactMap { $0 }
        // Long enough that only a server that never answers is waited for.
        settings.timeouts = ClientTimeouts(each: .seconds(300))
        change(&settings)
        let randomness = SeededRandomness(1)
        self.clock = clock
        relay = MailRelay(
            settings: settings, resolver: resolver, routes: routes, security: security, conversion: conversion,
            observer: witness, clock: clock, random: { randomness.next() }, threads: Self.threads, group: Self.group)
    }

    /// Certificates of tests are made at this time.
    static var realTime: Int64 { SystemClock().now().seconds }

    private static let jobs = Mutex<UInt64>(0)

    func job(
        to recipients: [String] = ["bob@example.test"], from sender: String = "ann@b.test",
        size: Int = Stand.text.count,
        _ change: (inout MailParameters) -> Void = { _ in },
        _ changeRecipient: (inout RcptParameters) -> Void = { _ in }
    ) throws -> DeliveryJob {
        var parameters = MailParameters()
        change(&parameters)
        var rcpt = RcptParameters()
        changeRecipient(&rcpt)
        let number = Self.jobs.withLock { number in
            number += 1
            return number
        }
        let message = QueuedMessage(
            id: "m\(number)", reversePath: Mailbox(sender).map { .mailbox($0) } ?? .null, parameters: parameters,
            submitter: Submitter(.local, name: ""), arrived: clock.now(), size: size)
        let queued = try recipients.enumerated().map { number, text in
            guard let mailbox = Mailbox(text) else { throw TestProblem("mailbox") }
            return QueuedRecipient(number: number, path: mailbox, parameters: rcpt)
        }
        guard let domain = queued.first?.path.domain else { throw TestProblem("no recipient") }
        return DeliveryJob(
            id: DeliveryJobID(number), message: message, recipients: queued, destination: QueueDestination(domain))
    }

    func deliver(_ job: DeliveryJob, _ content: [UInt8] = Stand.text) async -> DeliveryReport {
        await relay.deliver(job, content: MemoryContent(content))
    }

    /// One message to `bob@example.test`.
    func deliver() async throws -> RecipientOutcome {
        let report = await deliver(try job())
        guard let outcome = report.outcomes.first else { throw TestProblem("no outcome") }
        return outcome
    }
}

extension RecipientOutcome {
    /// For example `delivered`, `refused 5.1.1 rcpt`, `postponed 4.4.1 connect hostWide`.
    var text: String {
        switch self {
        case .delivered(let reply): "delivered" + (reply.relayed ? " relayed" : "")
        case .postponed(let failure): "postponed " + failure.text
        case .refused(let failure): "refused " + failure.text
        case .held(let reason): "held \(reason.kind)"
        }
    }

    var failure: AttemptFailure? {
        switch self {
        case .postponed(let failure), .refused(let failure): failure
        default: nil
        }
    }
}

extension AttemptFailure {
    var text: String { "\(status) \(stage.word)" + (isHostWide ? " hostWide" : "") }
}

/// `example.test`, whose servers are at these loopback addresses, with preferences 10, 20, 30.
func servers(_ addresses: String..., security: SecurityStatus = .insecure) throws -> ZoneResolver {
    var resolver = ZoneResolver()
    resolver.security = security
    guard let domain = DNSName("example.test") else { throw TestProblem("name") }
    for (index, text) in addresses.enumerated() {
        guard let host = DNSName("mx\(index + 1).example.test"), let address = IPAddress(text) else {
            throw TestProblem("address")
        }
        resolver.add(domain, .mx, .mailExchange(preference: UInt16(index + 1) * 10, host))
        resolver.add(host, address.isIPv6 ? .aaaa : .a, .address(address))
    }
    return resolver
}
