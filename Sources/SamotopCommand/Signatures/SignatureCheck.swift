import Foundation
import NIOCore
import NIOPosix
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import Synchronization
import TransportSecurity

/// Connects to a domain's servers and says what would be made of each.
struct SignatureCheck: Sendable {
    /// Servers that are looked at.
    static let maximumServers = 5

    /// One server.
    struct Finding: Sendable {
        let host: DNSName
        let address: String?
        let tls: PeerTLS?
        let dane: DANEFinding
        /// Nil: nobody answered; then why.
        let verdict: SecurityVerdict?
        let failure: String?
    }

    let domain: DNSName
    let resolver: any NameResolution.Resolver
    var port: UInt16 = 25
    /// Connect there, whatever the DNS says of addresses.
    var server: IPAddress?
    var seconds: Int64 = 20

    func findings() async throws -> [Finding] {
        var findings: [Finding] = []
        for (host, source) in try await servers() {
            let dane = await DANELookup(resolver: resolver, port: port).find(host, from: source)
            findings.append(await finding(host, dane))
        }
        return findings
    }

    private func servers() async throws -> [(DNSName, DANELookup.Source)] {
        let answer = await resolver.resolve(domain, .mx)
        let records: [RecordData]
        do { records = try answer.records } catch {
            throw StartFailure(
                ExitStatus.temporary,
                ["samotop: \(OneLine.escaped(domain.text)): the MX records can't be looked up: \(error.rawValue)"])
        }
        var hosts: [(preference: UInt16, host: DNSName)] = []
        for case .mailExchange(let preference, let host) in records where host != .root {
            hosts.append((preference, host))
        }
        guard !hosts.isEmpty else {
            guard records.isEmpty else {
                throw StartFailure(
                    ExitStatus.failure, ["samotop: \(OneLine.escaped(domain.text)) takes no mail (null MX, RFC 7505)"])
            }
            return [(domain, .direct)]
        }
        let source = DANELookup.Source.mailExchange(
            domain: domain, expanded: answer.aliases.last, security: answer.security)
        return hosts.sorted { $0.preference < $1.preference }.prefix(Self.maximumServers).map { ($0.host, source) }
    }

    private func finding(_ host: DNSName, _ dane: DANEFinding) async -> Finding {
        let addresses: [IPAddress]
        if let server {
            addresses = [server]
        } else {
            let first = (try? await resolver.addresses(host, isIPv6: false)) ?? []
            addresses = first + ((try? await resolver.addresses(host, isIPv6: true)) ?? [])
        }
        guard !addresses.isEmpty else {
            return Finding(host: host, address: nil, tls: nil, dane: dane, verdict: nil, failure: "it has no address")
        }
        var failure = ""
        for address in addresses.prefix(4) {
            do {
                let (transport, tls) = try await connect(to: address, name: dane.serverName.text)
                let plan = SecurityPlan(
                    domain: domain, host: host, dane: dane, mtaSTS: .notAsked(domain), peer: nil, minimum: .plaintext,
                    now: SystemClock().now().seconds)
                let verdict = await plan.verdict(on: transport, anchors: .none, now: SystemClock().now().seconds)
                return Finding(
                    host: host, address: "\(address)", tls: tls, dane: dane, verdict: verdict, failure: nil)
            } catch {
                failure = "\(address): \(error)"
            }
        }
        return Finding(host: host, address: nil, tls: nil, dane: dane, verdict: nil, failure: failure)
    }

    private func connect(to address: IPAddress, name: String) async throws -> (EstablishedTransport, PeerTLS?) {
        var tls = ClientTLS(.opportunistic)
        let seen = SeenChain()
        tls.verification = .verifier { chain in
            seen.put(chain.certificates)
            return true
        }
        tls.serverName = .name(name)
        var configuration = ClientConfiguration(tls: tls)
        configuration.timeouts = ClientTimeouts(each: .seconds(seconds))
        let connection = try await SMTPConnection.connect(
            to: .address(try SocketAddress(ipAddress: "\(address)", port: Int(port)), name: name),
            configuration: configuration, on: MultiThreadedEventLoopGroup.singleton)
        let facts = connection.tls
        await connection.quit()
        guard let facts, let version = EstablishedTransport.TLSVersion(rawValue: facts.version) else {
            return (.plaintext(.notOffered), nil)
        }
        return (.tls(version, CertificateChain(seen.certificates)), facts)
    }

    private final class SeenChain: Sendable {
        private let chain = Mutex<[[UInt8]]>([])
        var certificates: [[UInt8]] { chain.withLock { $0 } }
        func put(_ certificates: [[UInt8]]) { chain.withLock { $0 = certificates } }
    }
}

/// Answers as another resolver does, but for TLSA records, which a person gives; all of it counts as signed then.
struct GivenRecords: NameResolution.Resolver {
    let records: [TLSARecord]
    let others: any NameResolution.Resolver

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        guard type != .tlsa else {
            return Answer(.records(records.map { .tlsa($0) }), security: .secure, timeToLive: 60)
        }
        var answer = await others.resolve(name, type)
        if case .failure = answer.outcome { return answer }
        answer.security = .secure
        return answer
    }
}
