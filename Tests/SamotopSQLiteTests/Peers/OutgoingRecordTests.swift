#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import Testing

    @testable import SamotopSQLite
    @testable import TransportSecurity

    @Suite("Damaged and too long records of outgoing.sqlite")
    struct OutgoingRecordTests {
        /// Three domains with a record, a policy and a count each; b.org is then changed with SQLite.
        private func changed(_ sql: String, _ body: (OutgoingStores) async throws -> Void) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    for name in ["a.org", "b.org", "c.org"] {
                        try await stores.peers.put(Known.peer(name))
                        try await stores.policies.set(Known.policy(), of: Known.name(name))
                        let failure = TLSReportFailure(
                            type: .tlsaInvalid, sendingAddress: IPAddress("192.0.2.1"),
                            receivingHost: try Known.name("mx.\(name)"))
                        try await stores.reports.add(Known.session(name, failure: failure), at: 0)
                    }
                    try await stores.check()
                }
                try folder.editOutgoing(sql)
                try await folder.outgoing(.init(), body)
            }
        }

        private func expectUnusable(_ words: [String], _ body: () async throws -> Void) async {
            await #expect {
                try await body()
            } throws: { error in
                guard case ContactStoreError.unusable(let cause) = error else { return false }
                return words.allSatisfy(cause.contains) && !cause.contains("b.org")
            }
        }

        @Test(
            "F09: a damaged record of a peer is an error for whoever asks for it, never one that isn't there, and hides no other",
            arguments: [
                "x''", "x'ff00'", "'{}'", "'null'", "'[1]'", "replace(record, '\"level\":1', '\"level\":9')",
                "replace(record, '\"lastSeen\":1000', '\"lastSeen\":99999999999999999999')",
                "replace(record, '\"domain\":\"b.org\"', '\"domain\":\"b..org\"')",
                "replace(record, '\"usage\":3', '\"usage\":300')", "printf('%.*c', 100000, '[')",
            ])
        func peers(_ record: String) async throws {
            try await changed("UPDATE peers SET record = CAST(\(record) AS BLOB) WHERE domain = CAST('b.org' AS BLOB)")
            { stores in
                let words = ["record 2 of peers", "DELETE FROM peers WHERE number = 2"]
                await expectUnusable(words) { _ = try await stores.peers.record(of: Known.name("b.org")) }
                await expectUnusable(words) {
                    try await stores.peers.change(Known.name("b.org")) { _ in
                        Issue.record("it was taken for one that isn't there")
                        return nil
                    }
                }
                try await #expect(stores.peers.record(of: Known.name("a.org")) == Known.peer("a.org"))
                for limit in [2, 9] {
                    let page = try await stores.peers.records(after: nil, limit: limit).map(\.domain.text)
                    #expect(page == ["a.org", "c.org"])
                }
                await expectUnusable(["records 2 of peers"]) { try await stores.check() }
                // As the words say.
                try await stores.database.write { try $0.execute(sql: "DELETE FROM peers WHERE number = 2") }
                try await stores.check()
                try await #expect(stores.peers.record(of: Known.name("b.org")) == nil)
            }
        }

        @Test("F09: a record that is another domain's is an error")
        func mixedUp() async throws {
            try await changed("UPDATE peers SET domain = CAST('d.org' AS BLOB) WHERE domain = CAST('b.org' AS BLOB)") {
                stores in
                await expectUnusable(["another domain's"]) {
                    _ = try await stores.peers.record(of: Known.name("d.org"))
                }
                await expectUnusable(["another domain's"]) {
                    try await stores.peers.change(Known.name("d.org")) { _ in nil }
                }
            }
        }

        @Test(
            "F09: a damaged policy is an error for whoever asks for it, and hides no other",
            arguments: ["x''", "'{}'", "'7'"])
        func policies(_ record: String) async throws {
            try await changed("UPDATE policies SET record = CAST(\(record) AS BLOB) WHERE number = 2") { stores in
                await expectUnusable(["record 2 of policies"]) {
                    _ = try await stores.policies.policy(of: Known.name("b.org"))
                }
                try await #expect(stores.policies.policy(of: Known.name("c.org")) == Known.policy())
                await expectUnusable(["records 2 of policies"]) { try await stores.check() }
                // Unlike what a person decided, a policy can be fetched again.
                try await stores.policies.set(Known.policy(fetched: 5), of: Known.name("b.org"))
                try await #expect(stores.policies.policy(of: Known.name("b.org"))?.fetched == 5)
                try await stores.check()
            }
            try await changed("UPDATE policies SET domain = CAST('b..org' AS BLOB) WHERE number = 2") { stores in
                let names = try await stores.policies.domains(fetchedBefore: .max, limit: 9).map(\.text)
                #expect(names == ["a.org", "c.org"])
            }
        }

        @Test(
            "F09: damaged counts keep back no others, and are left for the check to find",
            arguments: [
                "policy = x'7b'", "policy = CAST('{\"kind\":\"x\",\"strings\":[],\"hosts\":[]}' AS BLOB)",
                "successes = -1",
                "domain = x''", "failed = -1", "domain = CAST('b..org' AS BLOB)",
            ])
        func counts(_ change: String) async throws {
            try await changed("UPDATE report_policies SET \(change) WHERE number = 2") { stores in
                let domains = try await stores.reports.take(endedAt: 86_400).map(\.domain.text)
                #expect(domains == ["a.org", "c.org"])
                await expectUnusable(["records 2 of report_policies"]) { try await stores.check() }
                try await #expect(stores.reports.take(endedAt: 86_400) == [])
            }
        }

        @Test(
            "F09: a failure that can't be read is left out, and stays counted",
            arguments: [
                "failure = x'00'", "failure = CAST('{\"type\":\"x\"}' AS BLOB)", "count = 0",
                "failure = CAST(replace(failure, '192.0.2.1', '192.0.2.') AS BLOB)",
                "failure = CAST(replace(failure, 'mx.b', 'mx..b') AS BLOB)",
            ])
        func failures(_ change: String) async throws {
            try await changed("UPDATE report_failures SET \(change) WHERE policy = 2") { stores in
                let policies = try await stores.reports.take(endedAt: 86_400).flatMap(\.policies)
                #expect(policies.map(\.failed) == [1, 1, 1])
                #expect(policies.map(\.failures.count) == [1, 0, 1])
            }
        }

        @Test("a record that is too long is an error, and what was there stays")
        func tooLong() async throws {
            var settings = OutgoingStores.Settings()
            settings.recordOctets = 4_000
            try await StateFolder.temporary { folder in
                try await folder.outgoing(settings) { stores in
                    let record = try Known.peer("example.org")
                    try await stores.peers.put(record)
                    var longer = record
                    longer.changes = try (0..<64).map {
                        PeerChange(
                            $0, .key, host: try Known.name("mx"), before: "", after: String(repeating: "x", count: 200))
                    }
                    let tooLong = longer
                    await #expect {
                        try await stores.peers.put(tooLong)
                    } throws: { error in
                        if case ContactStoreError.insufficientStorage = error { true } else { false }
                    }
                    try await #expect(stores.peers.record(of: record.domain) == record)
                    let long = [String(repeating: "x", count: 5_000)]
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.reports.add(Known.session("example.org", strings: long), at: 0)
                    }
                }
            }
        }

        @Test("a change that makes a record of another domain is an error")
        func otherDomain() async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    let record = try Known.peer("example.org")
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.peers.change(Known.name("example.net")) { _ in record }
                    }
                    try await #expect(stores.peers.records(after: nil, limit: 9) == [])
                }
            }
        }

        @Test("octets are bounded: of peers, of policies and of counts")
        func octets() async throws {
            var settings = OutgoingStores.Settings()
            settings.totalOctets = 10_000
            settings.reports.octets = 2_000
            try await StateFolder.temporary { folder in
                try await folder.outgoing(settings) { stores in
                    for number in 0..<200 {
                        try await stores.peers.put(Known.peer("d\(number).org", seen: Int64(number)))
                        try await stores.policies.set(
                            Known.policy(fetched: Int64(number)), of: Known.name("d\(number).org"))
                        let failure = TLSReportFailure(type: .tlsaInvalid, reason: "\(number % 100)")
                        try await stores.reports.add(Known.session("d\(number / 100).org", failure: failure), at: 0)
                        try await stores.reports.add(Known.session("d\(number).org", .none), at: 0)
                    }
                    func octets(_ sql: String) async throws -> Int {
                        try await stores.database.readLatest { try Int.fetchOne($0, sql: "SELECT \(sql)") ?? 0 }
                    }
                    for (table, total) in [("peers", "peers_octets"), ("policies", "policies_octets")] {
                        let sum = try await octets("sum(length(record)) FROM \(table)")
                        #expect(sum > 5_000 && sum <= 10_000, "\(table): \(sum)")
                        try await #expect(octets("value FROM totals WHERE name = '\(total)'") == sum)
                        try await #expect(
                            octets("value FROM totals WHERE name = '\(table)'") == octets("count(*) FROM \(table)"))
                    }
                    try await #expect(stores.peers.record(of: Known.name("d199.org")) != nil)
                    let counts = try await octets("sum(length(policy)) FROM report_policies")
                    let failures = try await octets("sum(length(failure)) FROM report_failures")
                    #expect(counts > 500 && failures > 500 && counts + failures <= 2_000)
                    try await #expect(octets("value FROM totals WHERE name = 'report_octets'") == counts + failures)
                    let taken = try await stores.reports.take(endedAt: 86_400)
                    #expect(taken.first?.policies.last?.failed ?? 0 > taken.first?.policies.last?.failures.count ?? 0)
                    try await #expect(octets("value FROM totals WHERE name = 'report_octets'") == 0)
                    try await #expect(octets("value FROM totals WHERE name = 'report_policies'") == 0)
                    try await #expect(octets("count(*) FROM report_failures") == 0)
                    // Changes count too.
                    for _ in 0..<3 { try await stores.peers.put(Known.peer("d199.org", seen: 500, isDecided: true)) }
                    try await #expect(
                        octets("value FROM totals WHERE name = 'peers_octets'")
                            == octets("sum(length(record)) FROM peers"))
                }
            }
        }

        @Test("more is removed than one batch")
        func batches() async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    let peers = stores.peers
                    try await withThrowingTaskGroup { tasks in
                        for number in 0..<(RecordTable.batch + 20) {
                            tasks.addTask {
                                try await peers.put(PeerRecord(domain: Known.name("d\(number).org"), now: 1))
                            }
                        }
                        try await tasks.waitForAll()
                    }
                }
                var settings = OutgoingStores.Settings()
                settings.peerMaximum = 5
                try await folder.outgoing(settings) { stores in
                    for number in 0..<2 {
                        try await stores.peers.put(PeerRecord(domain: Known.name("n\(number).org"), now: 2))
                    }
                    try await #expect(stores.peers.records(after: nil, limit: 100).count == 5)
                }
                try await folder.outgoing { try await #expect($0.peers.expire(before: 9) == 5) }
            }
        }
    }
#endif
