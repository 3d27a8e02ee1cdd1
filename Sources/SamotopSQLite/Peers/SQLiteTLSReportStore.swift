#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import TransportSecurity

    /// Counts for TLS reports in SQLite, bounded.
    struct SQLiteTLSReportStore: TLSReportStore {
        private let database: StoreDatabase
        private let limits: OutgoingStores.ReportLimits
        /// Octets of a policy or failure at most.
        private let record: Int

        init(_ database: StoreDatabase, _ limits: OutgoingStores.ReportLimits, record: Int) {
            self.database = database
            self.limits = limits
            self.record = record
        }

        func add(_ session: TLSReportSession, at time: Int64) async throws {
            let domain = DomainColumn.stored(session.policy.domain)
            let policy = try StoredJSON.encoded(StoredReportPolicy(session.policy), limit: record)
            let failure = try session.failure.map { try StoredJSON.encoded(StoredReportFailure($0), limit: record) }
            let begin = TLSReportPeriod.begin(at: time)
            try await database.writeSoon { [limits] database in
                let known = try Self.number(of: policy, begin, domain, database)
                guard let number = try known ?? Self.add(policy, begin, domain, limits, database) else { return }
                guard let failure else {
                    return try database.cachedStatement(
                        sql: "UPDATE report_policies SET successes = successes + 1 WHERE number = ?"
                    ).execute(arguments: [number])
                }
                try database.cachedStatement(sql: "UPDATE report_policies SET failed = failed + 1 WHERE number = ?")
                    .execute(arguments: [number])
                try Self.add(failure, to: number, limits, database)
            }
        }

        private static func number(
            of policy: Data, _ begin: Int64, _ domain: Data, _ database: Database
        ) throws -> Int64? {
            try Int64.fetchOne(
                try database.cachedStatement(
                    sql: "SELECT number FROM report_policies WHERE begin = ? AND domain = ? AND policy = ?"),
                arguments: [begin, domain, policy])
        }

        /// Nil: there is no room for it.
        private static func add(
            _ policy: Data, _ begin: Int64, _ domain: Data, _ limits: OutgoingStores.ReportLimits, _ database: Database
        ) throws -> Int64? {
            let ofDomain = try Int.fetchOne(
                try database.cachedStatement(
                    sql: "SELECT count(*) FROM report_policies WHERE begin = ? AND domain = ?"),
                arguments: [begin, domain])
            guard ofDomain ?? 0 < limits.policiesOfDomain,
                try StoredTotal.value("report_policies", database) < limits.policies,
                try StoredTotal.value("report_octets", database) <= limits.octets - policy.count
            else { return nil }
            try database.cachedStatement(
                sql: """
                    INSERT INTO report_policies (begin, domain, policy, successes, failed) VALUES (?, ?, ?, 0, 0)
                    """
            ).execute(arguments: [begin, domain, policy])
            return database.lastInsertedRowID
        }

        private static func add(
            _ failure: Data, to policy: Int64, _ limits: OutgoingStores.ReportLimits, _ database: Database
        ) throws {
            try database.cachedStatement(
                sql: "UPDATE report_failures SET count = count + 1 WHERE policy = ? AND failure = ?"
            ).execute(arguments: [policy, failure])
            guard database.changesCount == 0 else { return }
            let others = try Int.fetchOne(
                try database.cachedStatement(sql: "SELECT count(*) FROM report_failures WHERE policy = ?"),
                arguments: [policy])
            guard others ?? 0 < limits.failures,
                try StoredTotal.value("report_octets", database) <= limits.octets - failure.count
            else { return }
            try database.cachedStatement(sql: "INSERT INTO report_failures (policy, failure, count) VALUES (?, ?, 1)")
                .execute(arguments: [policy, failure])
        }

        func ended(at time: Int64) async throws -> [TLSReportPeriod.Key] {
            let current = TLSReportPeriod.begin(at: time)
            try await database.flush()
            return try await database.read { database in
                try EndedDays.domains(in: "report_policies", before: current, database).map {
                    TLSReportPeriod.Key(domain: $0.domain, begin: $0.begin)
                }
            }
        }

        func period(_ key: TLSReportPeriod.Key) async throws -> TLSReportPeriod? {
            try await database.flush()
            return try await database.read { database in
                let policies = try Self.counted(key, database).map { counted in
                    TLSReportPeriod.PolicyCount(
                        policy: counted.policy, successes: counted.successes, failed: counted.failed,
                        failures: try Self.failures(of: counted.number, database).sorted { $0.order < $1.order })
                }
                guard !policies.isEmpty else { return nil }
                return TLSReportPeriod(
                    domain: key.domain, begin: key.begin, policies: policies.sorted { $0.order < $1.order })
            }
        }

        func remove(_ key: TLSReportPeriod.Key) async throws {
            try await database.write { database in
                for counted in try Self.counted(key, database) {
                    try database.cachedStatement(sql: "DELETE FROM report_policies WHERE number = ?")
                        .execute(arguments: [counted.number])
                }
            }
        }

        /// Those that can be read.
        private static func counted(_ key: TLSReportPeriod.Key, _ database: Database) throws -> [CountedPolicy] {
            let statement = try database.cachedStatement(
                sql: """
                    SELECT number, begin, domain, policy, successes, failed FROM report_policies
                    WHERE begin = ? AND domain = ?
                    """)
            return try Row.fetchAll(statement, arguments: [key.begin, DomainColumn.stored(key.domain)])
                .compactMap { try? CountedPolicy($0) }
        }

        /// Those that can be read; the others were counted as failed, too.
        private static func failures(
            of policy: Int64, _ database: Database
        ) throws -> [TLSReportPeriod.FailureCount] {
            let statement = try database.cachedStatement(
                sql: "SELECT failure, count FROM report_failures WHERE policy = ?")
            return try Row.fetchAll(statement, arguments: [policy]).compactMap { row in
                var columns = ColumnReader(row)
                guard let stored = try? JSONDecoder().decode(StoredReportFailure.self, from: columns.next(Data.self)),
                    let failure = stored.failure, let count = try? columns.next(Int.self), count > 0
                else { return nil }
                return TLSReportPeriod.FailureCount(failure: failure, count: count)
            }
        }
    }
#endif
