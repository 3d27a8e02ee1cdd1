#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import SamotopReports
    import SamotopReportsTesting
    import SamotopTesting
    import SenderAuthentication
    import Testing

    @testable import SamotopSQLite

    extension StateFolder {
        var reportFiles: StoreFiles { StoreFiles(folder: path, kind: .reports) }

        /// Opens the stores, and closes them afterwards.
        @discardableResult
        func reports<Value>(
            _ settings: ReportStores.Settings = .init(), _ body: (ReportStores) async throws -> Value
        ) async throws -> Value {
            let stores = try await ReportStores.open(in: path, settings: settings)
            let value = try await body(stores)
            try await stores.close()
            return value
        }

        /// Changes the file with SQLite itself.
        func editReports(_ sql: String) throws {
            let queue = try DatabaseQueue(path: reportFiles.database)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }

    @Suite("Counts for DMARC reports, and reports that came in, in a file") struct ReportStoresTests {
        private static let day = DMARCReportPeriod.length

        @Test("counts for DMARC reports on SQLite", arguments: DMARCReportStoreSuite.checks)
        func dmarc(_ check: StoreCheck<any DMARCReportStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { try await check.run(on: $0.dmarc) }
            }
        }

        @Test("reports that came in on SQLite", arguments: ReceivedReportStoreSuite.checks)
        func received(_ check: StoreCheck<any ReceivedReportStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { try await check.run(on: $0.received) }
            }
        }

        @Test("a restart keeps everything, in files that nobody else may read")
        func restart() async throws {
            try await StateFolder.temporary { folder in
                let row = try await SampleRows.row("a.example")
                let report = try SampleReports.report("1")
                try await folder.reports { stores in
                    try await stores.dmarc.add(row, at: 0)
                    try await stores.dmarc.add(row, at: 0)
                    _ = try await stores.received.add(report)
                }
                try #expect(folder.names == ["reports.sqlite", "reports.sqlite.made"])
                try await folder.reports { stores in
                    for file in try folder.names {
                        try #expect(folder.mode("\(folder.path)/\(file)") == 0o600, "\(file)")
                    }
                    let key = DMARCReportPeriod.Key(policyDomain: row.policyDomain, begin: 0)
                    try await #expect(stores.dmarc.periods(key).flatMap(\.entries).map(\.count) == [2])
                    try await #expect(stores.received.reports(nil, limit: 9).map(\.report) == [report])
                    try await stores.check()
                }
            }
        }

        @Test(
            "F01: a process that is killed keeps a report that was said to be kept, and what was counted a moment before"
        )
        func killed() async throws {
            try await StateFolder.temporary { folder in
                try await StateFolder.temporary { other in
                    let stores = try await ReportStores.open(in: folder.path)
                    try await stores.dmarc.add(try await SampleRows.row("a.example"), at: 0)
                    _ = try await stores.received.add(try SampleReports.report("1"))
                    try await stores.dmarc.remove(.init(policyDomain: Known.name("none.example"), begin: 0))
                    try folder.copyAsAfterCrash(to: other)
                    try await other.reports { stores in
                        try await #expect(stores.received.reports(nil, limit: 9).count == 1)
                        try await #expect(stores.dmarc.ended(at: Self.day).count == 1)
                    }
                    try await stores.close()
                }
            }
        }

        @Test("counting isn't flushed, keeping a report is")
        func flushing() async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { stores in
                    let synchronous: @Sendable (Database) throws -> Int? = {
                        try Int.fetchOne($0, sql: "PRAGMA synchronous")
                    }
                    try await #expect(stores.database.write(synchronous) == 1)
                    try await #expect(stores.database.writeFlushed(synchronous) == 2)
                    try await #expect(stores.database.write(synchronous) == 1)
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.database.writeFlushed { _ in throw ContactStoreError.failed(cause: "x") }
                    }
                    try await #expect(stores.database.write(synchronous) == 1)
                }
            }
        }

        @Test("U12: rows, those of a domain in a day, and octets have limits; room is given back")
        func bounds() async throws {
            var settings = ReportStores.Settings()
            settings.rows = 5
            settings.rowsOfDomain = 3
            try await StateFolder.temporary { folder in
                try await folder.reports(settings) { stores in
                    for _ in 0..<2 {
                        for source in 1...9 as ClosedRange<UInt8> {
                            try await stores.dmarc.add(try await SampleRows.row("a.example", source: source), at: 0)
                        }
                        for source in 1...9 as ClosedRange<UInt8> {
                            try await stores.dmarc.add(try await SampleRows.row("b.example", source: source), at: 0)
                        }
                        // What is there still counts.
                        try await stores.dmarc.add(try await SampleRows.row("a.example", source: 1), at: 0)
                        let taken = try await stores.dmarc.take(endedAt: Self.day)
                        #expect(taken.map(\.entries.count) == [3, 2])
                        #expect(taken.flatMap(\.entries).map(\.count).reduce(0, +) == 6)
                        for total in ["dmarc_rows", "dmarc_octets"] {
                            try await #expect(stores.database.read { try StoredTotal.value(total, $0) } == 0)
                        }
                    }
                }
                settings.rowsOctets = 1_000
                settings.rows = 100
                try await folder.reports(settings) { stores in
                    for source in 1...3 as ClosedRange<UInt8> {
                        try await stores.dmarc.add(try await SampleRows.row("a.example", source: source), at: 0)
                    }
                    let rows = try await stores.dmarc.take(endedAt: Self.day).flatMap(\.entries).count
                    #expect((1...2).contains(rows))
                }
                settings.rowOctets = 100
                try await folder.reports(settings) { stores in
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.dmarc.add(try await SampleRows.row("a.example"), at: 0)
                    }
                }
            }
        }

        @Test("days that nobody sent are dropped after a week")
        func oldDays() async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { stores in
                    let row = try await SampleRows.row("a.example")
                    for day in 0...9 as ClosedRange<Int64> { try await stores.dmarc.add(row, at: day * Self.day) }
                    let days = try await stores.dmarc.ended(at: 10 * Self.day).map { $0.begin / Self.day }
                    #expect(days == Array(2...9))
                }
            }
        }

        @Test("reports that came in have limits; over them the unproven go first, then the oldest")
        func receivedBounds() async throws {
            var settings = ReportStores.Settings()
            settings.received = 3
            try await StateFolder.temporary { folder in
                try await folder.reports(settings) { stores in
                    for number in 1...6 {
                        let report = try SampleReports.report("\(number)", isProven: number % 2 == 1, at: Int64(number))
                        try await #expect(stores.received.add(report))
                    }
                    let left = try await stores.received.reports(nil, limit: 9).map(\.report.content.reportID)
                    #expect(left == ["6", "5", "3"])
                }
                settings.received = 100
                settings.allReceivedOctets = 2_000
                try await folder.reports(settings) { stores in
                    for number in 7...20 {
                        _ = try await stores.received.add(SampleReports.report("\(number)", at: 50))
                    }
                    let octets = try await stores.database.read { try StoredTotal.value("received_octets", $0) }
                    #expect(octets > 500 && octets <= 2_000)
                    let sum = try await stores.database.read {
                        try Int.fetchOne($0, sql: "SELECT sum(length(report)) FROM received")
                    }
                    #expect(sum == octets)
                }
                settings.receivedOctets = 100
                try await folder.reports(settings) { stores in
                    await #expect(throws: ContactStoreError.self) {
                        try await stores.received.add(SampleReports.report("99"))
                    }
                }
            }
        }

        @Test(
            "F09: what is damaged keeps back nothing else, and the check finds it",
            arguments: [
                "UPDATE dmarc_rows SET row = x'7b' WHERE number = 2",
                "UPDATE dmarc_rows SET count = -5 WHERE number = 2",
                "UPDATE received SET report = x'7b' WHERE number = 2",
            ])
        func damage(_ change: String) async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { stores in
                    for (number, domain) in ["a.example", "b.example", "c.example"].enumerated() {
                        try await stores.dmarc.add(try await SampleRows.row(domain), at: 0)
                        _ = try await stores.received.add(SampleReports.report("\(number)"))
                    }
                    try await stores.check()
                }
                try folder.editReports(change)
                try await folder.reports { stores in
                    let isRow = change.contains("dmarc_rows")
                    await #expect {
                        try await stores.check()
                    } throws: { error in
                        guard case ContactStoreError.unusable(let cause) = error else { return false }
                        return cause.contains(
                            "reports.sqlite is damaged: records 2 of \(isRow ? "dmarc_rows" : "received")")
                    }
                    let domains = try await stores.dmarc.take(endedAt: Self.day).map {
                        $0.entries[0].row.policyDomain.text
                    }
                    #expect(domains == (isRow ? ["a.example", "c.example"] : ["a.example", "b.example", "c.example"]))
                    try await #expect(stores.received.reports(nil, limit: 9).count == (isRow ? 3 : 2))
                    if !isRow {
                        await #expect(throws: ContactStoreError.self) { try await stores.received.report(2) }
                    }
                }
            }
        }

        @Test("I03: names and texts of reports are data")
        func injection() async throws {
            try await StateFolder.temporary { folder in
                try await folder.reports { stores in
                    let report = try SampleReports.report("x'); DROP TABLE received; --")
                    try await #expect(stores.received.add(report))
                    try await #expect(stores.received.reports(nil, limit: 9).map(\.report) == [report])
                }
            }
        }

        @Test("after closing, everyone gets an error")
        func closed() async throws {
            try await StateFolder.temporary { folder in
                let stores = try await ReportStores.open(in: folder.path)
                try await stores.close()
                await #expect(throws: ContactStoreError.self) { try await stores.dmarc.ended(at: 0) }
                await #expect(throws: ContactStoreError.self) {
                    try await stores.received.add(SampleReports.report("1"))
                }
            }
        }
    }
#endif
