import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopReports
import SamotopReportsTesting
import SamotopTesting
import SenderAuthentication
import Synchronization
import Testing
import TransportSecurity

func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

/// A server with counts of two days ago and yesterday, and the world around it.
final class World: Sendable {
    static let day = TLSReportPeriod.length
    /// A midnight.
    static let today: Int64 = 20_000 * day
    static let yesterday = today - day

    struct Unreachable: Error {}

    let clock = ManualClock(seconds: World.today + 7_200)
    let tls = MemoryTLSReportStore()
    let dmarc = MemoryDMARCReportStore()
    let sent = Mutex<[OutgoingReport]>([])
    let posted = Mutex<[String]>([])
    let zone: Mutex<ZoneResolver>
    let isDown = Mutex(false)

    init(_ records: [String: String]) throws {
        var zone = ZoneResolver()
        for (owner, text) in records { zone.add(try name(owner), .txt, .text([Array(text.utf8)])) }
        self.zone = Mutex(zone)
    }

    func sender(_ change: (inout ReportSender) -> Void = { _ in }) throws -> ReportSender {
        var sender = try #require(
            ReportSender(organization: "Our Mail", contact: try NamedMailbox("Our Reports <reports@our.test>")))
        sender.kinds = [.tls, .dmarc]
        change(&sender)
        return sender
    }

    func desk(
        _ sender: ReportSender? = nil, tls: (any TLSReportStore)? = nil, dmarc: (any DMARCReportStore)? = nil,
        signer: DKIMSigner? = nil, poster: (any ReportPosting)? = nil
    ) throws -> ReportDesk {
        ReportDesk(
            try sender ?? self.sender(), counts: .init(tls: tls ?? self.tls, dmarc: dmarc ?? self.dmarc),
            resolver: Zone(world: self), clock: clock, signer: signer, poster: poster, random: { 4 }
        ) { report in
            if self.isDown.withLock({ $0 }) { throw Unreachable() }
            self.sent.withLock { $0.append(report) }
        }
    }

    func countTLS(_ domain: String, at time: Int64 = World.yesterday) async throws {
        let policy = TLSReportPolicy(
            kind: .sts, strings: ["version: STSv1", "mode: enforce", "mx: *.\(domain)"], domain: try name(domain),
            hosts: ["*.\(domain)"])
        let failure = TLSReportFailure(
            type: .certificateExpired, receivingHost: try name("mx.\(domain)"),
            receivingAddress: IPAddress("192.0.2.25"),
            reason: "ends \"now\"\u{7}")
        for index in 0..<5 {
            try await tls.add(TLSReportSession(policy: policy, failure: index == 0 ? failure : nil), at: time)
        }
    }

    func countDMARC(_ domain: String, at time: Int64 = World.yesterday) async throws {
        await dmarc.add(try await SampleRows.row(domain), at: time)
    }

    var recipients: [[String]] {
        sent.withLock { $0.map { $0.recipients.map { String(decoding: $0.bytes, as: UTF8.self) } } }
    }

    private struct Zone: Resolver {
        let world: World
        func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
            world.zone.withLock { $0 }.answer(name, type)
        }
    }
}

/// POSTs into a list.
struct ListPosting: ReportPosting {
    let world: World
    var isDown = false

    func post(_ octets: [UInt8], type: String, to uri: String) async throws {
        if isDown { throw World.Unreachable() }
        world.posted.withLock { $0.append("\(type) \(uri)") }
    }
}

/// A store whose removals fail, as after a kill: what was sent isn't marked.
struct ForgetfulStore: TLSReportStore {
    struct Killed: Error {}
    let store: any TLSReportStore

    func add(_ session: TLSReportSession, at time: Int64) async throws { try await store.add(session, at: time) }
    func ended(at time: Int64) async throws -> [TLSReportPeriod.Key] { try await store.ended(at: time) }
    func period(_ key: TLSReportPeriod.Key) async throws -> TLSReportPeriod? { try await store.period(key) }
    func remove(_ key: TLSReportPeriod.Key) async throws { throw Killed() }
}
