import NameResolution
public import SamotopTesting
public import SenderAuthentication

/// What every store of counts for DMARC reports must do.
public enum DMARCReportStoreSuite {
    private static let day = DMARCReportPeriod.length

    /// All checks.
    public static let checks: [StoreCheck<any DMARCReportStore>] = [
        StoreCheck("messages are counted by day, policy domain and row") { store in
            let (one, other) = (try await SampleRows.row("b.example"), try await SampleRows.row("b.example", source: 2))
            for time in [day, day, 2 * day - 1] { try await store.add(one, at: time) }
            try await store.add(other, at: day + 5)
            try await store.add(one, at: 2 * day)
            try await store.add(try await SampleRows.row("a.example"), at: day)
            try await store.add(one, at: 0)
            try expect(try await store.ended(at: day - 1), [], "before the first day is over")
            let keys = try await store.ended(at: 2 * day)
            try expect(keys.map(\.begin), [0, day, day], "days")
            try expect(keys.map(\.policyDomain.text), ["b.example", "a.example", "b.example"], "domains")
            let periods = try await store.periods(try require(keys.last, "the last key"))
            try expect(periods.map(\.begin), [day], "periods")
            let entries = periods.first?.entries ?? []
            try expect(entries.count, 2, "rows")
            try expect(entries.first { $0.row == one }?.count, 3, "count")
            try expect(entries.first { $0.row == other }?.count, 1, "count of the other")
            try expect(
                try await store.periods(try require(keys.last, "the last key")).count, 1, "looking takes nothing")
        },
        StoreCheck("what is removed is gone, and nothing else") { store in
            let row = try await SampleRows.row("a.example")
            try await store.add(row, at: 0)
            try await store.add(row, at: day)
            try await store.add(try await SampleRows.row("b.example"), at: 0)
            let first = DMARCReportPeriod.Key(policyDomain: row.policyDomain, begin: 0)
            try await store.remove(first)
            try expect(try await store.periods(first), [], "removed")
            let left = try await store.ended(at: 2 * day).map { "\($0.begin / day) \($0.policyDomain.text)" }
            try expect(left, ["0 b.example", "1 a.example"], "left")
            try await store.add(row, at: 5)
            try expect(try await store.periods(first).first?.entries.map(\.count), [1], "counted anew")
        },
        StoreCheck("one policy, one report: two records of a day are two") { store in
            try await store.add(try await SampleRows.row("a.example"), at: 0)
            try await store.add(
                try await SampleRows.row("a.example", policy: "v=DMARC1; p=none; rua=mailto:r@a.example"), at: 0)
            let keys = try await store.ended(at: day)
            try expect(keys.count, 1, "keys")
            let periods = try await store.periods(try require(keys.first, "a key"))
            try expect(periods.map(\.entries.count), [1, 1], "reports")
        },
        StoreCheck("a row comes back as it was, whatever its record says") { store in
            let row = try await SampleRows.row(
                "a.example",
                policy: """
                    v=DMARC1; p=reject; sp=quarantine; np=none; t=y; psd=n; adkim=s; aspf=r; fo=1:d:s; \
                    ruf=mailto:f@a.example!5k; rua=mailto:r@a.example!10m, mailto:%C3%A9@b.example
                    """, dkim: "sub.a.example")
            try await store.add(row, at: 0)
            let key = DMARCReportPeriod.Key(policyDomain: row.policyDomain, begin: 0)
            try expect(try await store.periods(key).first?.entries.first?.row, row, "row")
        },
        StoreCheck("the case of a policy domain's name makes no other one of it") { store in
            try await store.add(try await SampleRows.row("a.example"), at: 0)
            try await store.add(try await SampleRows.row("A.Example"), at: 0)
            let keys = try await store.ended(at: day)
            try expect(keys.count, 1, "keys")
            let entries = try await store.periods(try require(keys.first, "a key")).flatMap(\.entries)
            try expect(entries.map(\.count), [2], "counts")
        },
        StoreCheck("take() takes each period once") { store in
            try await store.add(try await SampleRows.row("a.example"), at: 0)
            try expect(try await store.take(endedAt: day).count, 1, "taken")
            try expect(try await store.take(endedAt: day).count, 0, "taken again")
        },
    ]
}

/// Rows to count.
package enum SampleRows {
    /// The row of a message in the name of `author`, from 192.0.2.`source`.
    package static func row(
        _ author: String, source: UInt8 = 1, policy: String? = nil, dkim: String? = nil
    ) async throws -> DMARCReportRow {
        let name = try require(DNSName(author), "the name \(author)")
        var zone = ZoneResolver()
        let record = policy ?? "v=DMARC1; p=reject; rua=mailto:reports@\(author.lowercased())"
        zone.add(try require(name.prefixed(by: "_dmarc"), "a name"), .txt, .text([Array(record.utf8)]))
        let signer = try dkim.map { try require(DNSName($0), "the name \($0)") }
        let finding = await DMARCEvaluator(resolver: zone).evaluate(
            author: .success(AuthorDomain(name)),
            identifiers: signer.map { [AuthenticatedIdentifier(.dkim, $0)] } ?? [],
            undecided: [])
        let results = signer.map { [DMARCReportRow.DKIM(domain: $0, selector: $0, result: .pass)] } ?? []
        return try require(
            DMARCReportRow(
                finding, source: try require(IPAddress(octets: [192, 0, 2, source]), "an address"), envelopeFrom: name,
                dkim: results, spf: .init(domain: name, result: .softfail)), "a row")
    }
}
