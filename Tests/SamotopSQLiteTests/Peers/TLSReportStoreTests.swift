#if SQLite
    import NameResolution
    import Testing
    import TransportSecurity

    @testable import SamotopSQLite

    @Suite("Counts for TLS reports, in memory and in a file")
    struct TLSReportStoreTests {
        private static let day: Int64 = 86_400

        private func failure(_ type: TLSReportFailureType, _ reason: String? = nil) -> TLSReportFailure {
            TLSReportFailure(
                type: type, sendingAddress: IPAddress("192.0.2.1"), receivingHost: DNSName("MX.example.org"),
                receivingAddress: IPAddress("2001:db8::25"), reason: reason)
        }

        @Test(
            "sessions are counted by domain, day, policy and failure, and taken out once",
            arguments: StorePlace.allCases)
        func counting(_ place: StorePlace) async throws {
            try await place.stores { stores in
                let (expired, untrusted) = (failure(.certificateExpired, "é\"/"), failure(.certificateNotTrusted))
                for (session, time, count) in [
                    (try Known.session("b.org"), Self.day, 3), (try Known.session("b.org", .tlsa), Self.day + 5, 1),
                    (try Known.session("B.org", failure: expired), 2 * Self.day - 1, 1),
                    (try Known.session("b.org", failure: untrusted), Self.day, 2),
                    (try Known.session("a.org", .none, strings: []), Self.day, 1), (try Known.session("b.org"), 0, 1),
                    (try Known.session("b.org"), 2 * Self.day, 1), (try Known.session("c.org"), -1, 1),
                ] {
                    for _ in 0..<count { try await stores.reports.add(session, at: time) }
                }
                try await #expect(stores.reports.take(endedAt: -1) == [])
                let b = try Known.session("b.org").policy
                func counted(
                    _ policy: TLSReportPolicy, _ successes: Int, _ failed: Int = 0,
                    _ failures: [(TLSReportFailure, Int)] = []
                ) -> TLSReportPeriod.PolicyCount {
                    .init(
                        policy: policy, successes: successes, failed: failed,
                        failures: failures.map { .init(failure: $0.0, count: $0.1) })
                }
                let expected = [
                    TLSReportPeriod(
                        domain: try Known.name("c.org"), begin: -Self.day,
                        policies: [counted(try Known.session("c.org").policy, 1)]),
                    TLSReportPeriod(domain: b.domain, begin: 0, policies: [counted(b, 1)]),
                    TLSReportPeriod(
                        domain: try Known.name("a.org"), begin: Self.day,
                        policies: [counted(try Known.session("a.org", .none, strings: []).policy, 1)]),
                    TLSReportPeriod(
                        domain: b.domain, begin: Self.day,
                        policies: [
                            counted(b, 3, 3, [(untrusted, 2), (expired, 1)]),
                            counted(try Known.session("b.org", .tlsa).policy, 1),
                        ]),
                ]
                try await #expect(stores.reports.take(endedAt: 3 * Self.day - 1) == expected)
                try await #expect(stores.reports.take(endedAt: 3 * Self.day - 1) == [])
                try await #expect(stores.reports.take(endedAt: 3 * Self.day).map(\.begin) == [2 * Self.day])
                // Nothing is left of what was taken.
                try await stores.reports.add(Known.session("b.org"), at: Self.day)
                let again = try await stores.reports.take(endedAt: 2 * Self.day)
                #expect(again == [TLSReportPeriod(domain: b.domain, begin: Self.day, policies: [counted(b, 1)])])
            }
        }

        @Test("the case of a server's name makes no other failure", arguments: StorePlace.allCases)
        func caseOfNames(_ place: StorePlace) async throws {
            try await place.stores { stores in
                for name in ["mx.example.org", "MX.Example.ORG"] {
                    let failure = TLSReportFailure(type: .tlsaInvalid, receivingHost: try Known.name(name))
                    try await stores.reports.add(Known.session("example.org", failure: failure), at: 0)
                }
                let policies = try await stores.reports.take(endedAt: Self.day).flatMap(\.policies)
                #expect(policies.flatMap(\.failures).map(\.count) == [2])
            }
        }

        @Test(
            "policies, those of a domain, and failures have limits; room is given back", arguments: StorePlace.allCases)
        func bounds(_ place: StorePlace) async throws {
            var settings = OutgoingStores.Settings()
            settings.reports.policies = 3
            settings.reports.policiesOfDomain = 2
            settings.reports.failures = 2
            try await place.stores(settings) { stores in
                for _ in 0..<2 {
                    for number in 0..<4 {
                        try await stores.reports.add(Known.session("a.org", strings: ["\(number)"]), at: 0)
                    }
                    for number in 0..<4 {
                        try await stores.reports.add(
                            Known.session("b.org", failure: failure(.validationFailure, "\(number)")), at: 0)
                    }
                    try await stores.reports.add(Known.session("c.org"), at: 0)
                    let taken = try await stores.reports.take(endedAt: Self.day)
                    try #expect(taken.map(\.domain) == [Known.name("a.org"), Known.name("b.org")])
                    #expect(taken.first?.policies.map(\.successes) == [1, 1])
                    #expect(taken.last?.policies.map(\.failed) == [4])
                    #expect(taken.last?.policies.first?.failures.map(\.count) == [1, 1])
                }
            }
        }
    }
#endif
