#if Web
    import Crypto
    import Foundation
    import NameResolution
    import SamotopQueue
    import SwiftASN1
    import TransportSecurity
    import X509

    /// Servers that Mia's mail goes to: what they present, and what became of that.
    struct SampleServers: Sendable {
        /// What a server says to a message.
        enum Reply: Sendable {
            case takes
            case says(UInt16, String)
            case silence
        }

        /// A server, as it is now.
        struct Server: Sendable {
            let domain: DNSName
            let host: DNSName
            let dane: DANEFinding
            var transport: EstablishedTransport
            let reply: Reply

            /// What a connection at that moment comes to; what was seen is written down.
            func verdict(_ peers: any PeerStore, at time: Int64) async throws -> SecurityVerdict {
                let plan = SecurityPlan(
                    domain: domain, host: host, dane: dane, mtaSTS: .notAsked(domain),
                    peer: try await peers.record(of: domain), minimum: .plaintext, now: time)
                let verdict = await plan.verdict(on: transport, anchors: .none, now: time)
                let observation = verdict.observation
                try await peers.change(domain) { record in
                    var record = record ?? PeerRecord(domain: observation.domain, now: time)
                    record.note(observation)
                    return record
                }
                return verdict
            }
        }

        private(set) var servers: [String: Server] = [:]
        private let now: Int64
        private let peers: MemoryPeerStore

        /// The servers; what was seen of them until now is in `peers` afterwards.
        init(now: Int64, peers: MemoryPeerStore) async throws {
            self.now = now
            self.peers = peers
            try await add("hafenpost.example", "mx1.hafenpost.example", days: [80, 1], isSigned: true)
            try await add("northwind-energy.example", "mx.northwind-energy.example", days: [200, 3])
            try await pin("northwind-energy.example", daysAgo: 150)
            try await add("lindqvist-arkitekter.example", "mail.lindqvist-arkitekter.example", days: [90, 2])
            try await watch("lindqvist-arkitekter.example", daysAgo: 60)
            try renew("lindqvist-arkitekter.example")
            try await add("free-post.example", "in.free-post.example", days: [40, 5], isEncrypted: false)
            try await add("xn--bckerei-winkler-0kb.example", "mx.hosting.example", days: [30, 4])
            try await add(
                "stpauls-school.example", "mail.stpauls-school.example", days: [60, 1], reply: .silence)
            try await add(
                "city-library.example", "mx.city-library.example", days: [20],
                reply: .says(451, "4.7.1 Greylisting in action, please come back later"))
            try await add("kanzlei-moll.example", "mx.kanzlei-moll.example", days: [0], isBogus: true)
            try await signMail()
        }

        private mutating func add(
            _ name: String, _ host: String, days: [Int64], isEncrypted: Bool = true, isSigned: Bool = false,
            isBogus: Bool = false, reply: Reply = .takes
        ) async throws {
            let certificate = try Self.certificate(host)
            let domain = try Self.name(name)
            let server = Server(
                domain: domain, host: try Self.name(host),
                dane: try await Self.finding(
                    domain, host, isSigned ? certificate.keyFingerprint : nil,
                    isBogus ? .bogus : isSigned ? .secure : .insecure),
                transport: isEncrypted ? .tls(.tls13, CertificateChain([certificate.der])) : .plaintext(.notOffered),
                reply: reply)
            servers[name] = server
            for day in days { _ = try await server.verdict(peers, at: now - day * 86_400 - 7_200) }
        }

        /// From now on it has another key.
        private mutating func renew(_ name: String) throws {
            guard let host = servers[name]?.host.text else { return }
            servers[name]?.transport = .tls(.tls13, CertificateChain([try Self.certificate(host).der]))
        }

        private func pin(_ name: String, daysAgo: Int64) async throws {
            let time = now - daysAgo * 86_400
            try await peers.change(try Self.name(name)) { record in
                var record = record
                let keys = record?.hosts.compactMap(\.chain.first) ?? []
                record?.pin(keys, now: time, by: "page: postmaster")
                return record
            }
        }

        private func watch(_ name: String, daysAgo: Int64) async throws {
            let time = now - daysAgo * 86_400
            try await peers.change(try Self.name(name)) { record in
                var record = record
                record?.holdOnDifference(true, now: time, by: "page: postmaster")
                return record
            }
        }

        private func signMail() async throws {
            let keys = [
                ("hafenpost.example", "2024q3", "rsa", 2048, 300), ("hafenpost.example", "2026q1", "ed25519", 256, 30),
                ("northwind-energy.example", "mail", "rsa", 1024, 180),
            ]
            for (name, selector, algorithm, bits, days) in keys {
                let key = DKIMKeyObservation(
                    selector: selector, key: Fingerprint(of: selector.utf8), algorithm: algorithm, bits: bits,
                    now: now - Int64(days) * 86_400)
                try await peers.change(try Self.name(name)) { record in
                    var record = record
                    record?.note(key)
                    return record
                }
            }
        }

        /// Domains that are called what strangers like to call themselves.
        func addStrangers(_ texts: [String]) async throws {
            let certificate = try Self.certificate("host.example")
            for (index, text) in texts.enumerated() {
                let label = Array(text.utf8.prefix(63))
                guard let domain = DNSName(labels: [label, Array("host\(index)".utf8), Array("example".utf8)]) else {
                    continue
                }
                let server = Server(
                    domain: domain, host: domain,
                    dane: try await Self.finding(domain, "host.example", nil, .insecure),
                    transport: .tls(.tls13, CertificateChain([certificate.der])), reply: .takes)
                _ = try await server.verdict(peers, at: now - 86_400)
                let key = DKIMKeyObservation(
                    selector: text, key: Fingerprint(of: text.utf8), algorithm: text, bits: 1, now: now)
                try await peers.change(domain) { record in
                    var record = record
                    record?.note(key)
                    record?.holdMail(true, now: now, by: text)
                    return record
                }
            }
        }

        static func name(_ text: String) throws -> DNSName {
            guard let name = DNSName(text) else { throw SampleFailure(text: text) }
            return name
        }

        private static func finding(
            _ domain: DNSName, _ host: String, _ key: Fingerprint?, _ security: SecurityStatus
        ) async throws -> DANEFinding {
            var zone = ZoneResolver()
            zone.security = security == .bogus ? .secure : security
            let name = try name(host)
            if let address = IPAddress("192.0.2.25") { zone.add(name, .a, .address(address)) }
            if let key, let place = DNSName("_25._tcp.\(host)") {
                zone.add(place, .tlsa, .tlsa(TLSARecord(usage: 3, selector: 1, matchingType: 1, data: key.digest)))
                let old = Fingerprint(of: "old".utf8).digest
                zone.add(place, .tlsa, .tlsa(TLSARecord(usage: 3, selector: 1, matchingType: 1, data: old)))
            }
            return await DANELookup(resolver: zone).find(
                name, from: .mailExchange(domain: domain, expanded: nil, security: security))
        }

        private static func certificate(_ host: String) throws -> PresentedCertificate {
            let key = P256.Signing.PrivateKey()
            let subject = try DistinguishedName { CommonName(host) }
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(key.publicKey),
                notValidBefore: Date(timeIntervalSince1970: 0), notValidAfter: Date(timeIntervalSinceNow: 86_400 * 90),
                issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions { SubjectAlternativeNames([.dnsName(host)]) },
                issuerPrivateKey: Certificate.PrivateKey(key))
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            guard let presented = CertificateChain([serializer.serializedBytes]).leaf else {
                throw SampleFailure(text: host)
            }
            return presented
        }
    }

    struct SampleFailure: Error {
        let text: String
    }
#endif
