#if Web
    import NameResolution
    import Testing

    @testable import TransportSecurity

    extension TestSite {
        static let keyA = Fingerprint(of: [1])
        static let keyB = Fingerprint(of: [2])

        /// A domain whose server was seen with a key.
        @discardableResult
        func addPeer(
            _ name: String, standing: PeerStanding = .unsigned, key: Fingerprint? = keyA, offered: Fingerprint? = nil,
            change: (inout PeerRecord) -> Void = { _ in }
        ) async throws -> PeerRecord {
            let domain = try #require(DNSName(name))
            let host = try #require(DNSName("mx." + name))
            let now = clock.now().seconds
            var record = PeerRecord(domain: domain, now: now - 86_400)
            record.standing = standing
            record.level = standing == .plaintext ? .plaintext : standing == .signed ? .authenticated : .encrypted
            var server = PeerHost(name: host, time: now - 86_400)
            server.chain = [key].compactMap(\.self)
            server.version = key == nil ? nil : .tls13
            record.hosts = [server]
            if let offered {
                record.offered = PeerOffer(time: now - 60, host: host, chain: [offered])
                record.standing = .mismatch
            }
            change(&record)
            let made = record
            try await peers.change(domain) { _ in made }
            return made
        }

        func peer(_ name: String) async throws -> PeerRecord {
            let domain = try #require(DNSName(name))
            return try #require(try await peers.record(of: domain))
        }
    }
#endif
