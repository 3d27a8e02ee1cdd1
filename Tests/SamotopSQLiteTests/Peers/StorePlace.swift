#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import Testing

    @testable import SamotopSQLite
    @testable import TransportSecurity

    /// Where stores are: both have to do the same.
    enum StorePlace: String, CaseIterable, CustomTestStringConvertible {
        case memory, file

        var testDescription: String { rawValue }

        /// Empty stores.
        func stores(_ settings: OutgoingStores.Settings = .init(), _ body: (Stores) async throws -> Void) async throws {
            switch self {
            case .memory:
                let reports = settings.reports
                try await body(
                    Stores(
                        peers: MemoryPeerStore(maximum: settings.peerMaximum),
                        policies: MemoryMTASTSStore(maximum: settings.policyMaximum),
                        reports: MemoryTLSReportStore(
                            maximumPolicies: reports.policies, maximumPoliciesOfDomain: reports.policiesOfDomain,
                            maximumFailures: reports.failures)))
            case .file:
                try await StateFolder.temporary { folder in
                    try await folder.outgoing(settings) {
                        try await body(Stores(peers: $0.peers, policies: $0.policies, reports: $0.reports))
                    }
                }
            }
        }

        struct Stores {
            let peers: any PeerStore
            let policies: any MTASTSStore
            let reports: any TLSReportStore
        }
    }

    extension StateFolder {
        var outgoingFiles: StoreFiles { StoreFiles(folder: path, kind: .outgoing) }

        /// Opens the stores, and closes them afterwards.
        @discardableResult
        func outgoing<Value>(
            _ settings: OutgoingStores.Settings = .init(), _ body: (OutgoingStores) async throws -> Value
        ) async throws -> Value {
            let stores = try await OutgoingStores.open(in: path, settings: settings)
            let value = try await body(stores)
            try await stores.close()
            return value
        }

        /// Why the stores can't be opened; nil when they can.
        func outgoingRefusal() async throws -> String? {
            do {
                try await OutgoingStores.open(in: path).close()
            } catch ContactStoreError.unusable(let cause) {
                return cause
            }
            return nil
        }

        /// Changes the file with SQLite itself.
        func editOutgoing(_ sql: String) throws {
            let queue = try DatabaseQueue(path: outgoingFiles.database)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }

    /// What stores are filled with.
    enum Known {
        static func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

        /// A record with something in each field.
        static func peer(
            _ domain: String, seen: Int64 = 1_000, level: SecurityLevel = .encrypted, isDecided: Bool = false
        ) throws -> PeerRecord {
            let mx = try name("mx.\(domain)")
            var record = PeerRecord(domain: try name(domain), now: seen)
            record.level = level
            record.standing = .signed
            record.mailExchangeSecurity = .secure
            record.policy = try MTASTSPolicy(Array("version: STSv1\nmode: enforce\nmx: *.\(domain)\nmax_age: 100".utf8))
            var host = PeerHost(name: mx, time: seen)
            host.dane = .usableRecords
            host.entries = [
                DANEVerdict.Entry(
                    record: TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](0...31)),
                    attempt: .matchedServer)
            ]
            host.signature = AnswerSignature(signer: host.name, expires: seen)
            host.chain = [Fingerprint(of: Array(domain.utf8))]
            host.version = .tls13
            host.provenKeys = host.chain
            record.hosts = [host]
            record.note(
                DKIMKeyObservation(
                    selector: "s1", key: Fingerprint(of: [1]), algorithm: "rsa", bits: 2_048, now: seen))
            if isDecided { record.pin(host.chain, now: seen) }
            return record
        }

        static func policy(maxAge: Int64 = 1_000, fetched: Int64 = 1_000) throws -> StoredMTASTSPolicy {
            let text = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmx: *.example.net\nmax_age: \(maxAge)"
            return StoredMTASTSPolicy(policy: try MTASTSPolicy(Array(text.utf8)), id: "1", fetched: fetched)
        }

        static func session(
            _ domain: String, _ kind: TLSReportPolicy.Kind = .sts, strings: [String] = ["version: STSv1"],
            failure: TLSReportFailure? = nil
        ) throws -> TLSReportSession {
            TLSReportSession(
                policy: TLSReportPolicy(
                    kind: kind, strings: strings, domain: try name(domain), hosts: ["mx.\(domain.lowercased())"]),
                failure: failure)
        }
    }

    extension PeerStore {
        func put(_ record: PeerRecord) async throws { try await change(record.domain) { _ in record } }
    }
#endif
