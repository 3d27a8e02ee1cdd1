#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import TransportSecurity

    /// A row of what was counted for a policy.
    struct CountedPolicy {
        let number: Int64
        let begin: Int64
        let policy: TLSReportPolicy
        let successes: Int
        let failed: Int

        /// From a row of `number`, `begin`, `domain`, `policy`, `successes`, `failed`. Throws when it is damaged.
        init(_ row: Row) throws {
            var columns = ColumnReader(row)
            number = try columns.next()
            begin = try columns.next()
            let domain = try DomainColumn.name(columns.bytes())
            let stored = try JSONDecoder().decode(StoredReportPolicy.self, from: columns.next(Data.self))
            (successes, failed) = (try columns.next(), try columns.next())
            guard let policy = stored.policy(of: domain), successes >= 0, failed >= 0 else {
                throw ContactStoreError.unusable(cause: "impossible counts")
            }
            self.policy = policy
        }
    }

    /// The days that are taken out, in the order of reports.
    struct EndedPeriods {
        private(set) var numbers: [Int64] = []
        private var found: [TLSReportPeriod] = []

        /// Adds a policy: those of one day and domain come one after the other.
        mutating func add(_ counted: CountedPolicy, _ failures: [TLSReportPeriod.FailureCount]) {
            numbers.append(counted.number)
            let policy = TLSReportPeriod.PolicyCount(
                policy: counted.policy, successes: counted.successes, failed: counted.failed,
                failures: failures.sorted { Self.order($0) < Self.order($1) })
            if let last = found.last, last.begin == counted.begin, last.domain == counted.policy.domain {
                found[found.count - 1].policies.append(policy)
            } else {
                found.append(TLSReportPeriod(domain: counted.policy.domain, begin: counted.begin, policies: [policy]))
            }
        }

        var periods: [TLSReportPeriod] {
            found.map { period in
                TLSReportPeriod(
                    domain: period.domain, begin: period.begin,
                    policies: period.policies.sorted { Self.order($0) < Self.order($1) })
            }
        }

        private static func order(_ counted: TLSReportPeriod.PolicyCount) -> (String, String) {
            (counted.policy.kind.rawValue, counted.policy.strings.joined(separator: "\n"))
        }

        private static func order(_ counted: TLSReportPeriod.FailureCount) -> (Int, String, String, String) {
            let failure = counted.failure
            return (-counted.count, failure.type.rawValue, failure.receivingHost?.text ?? "", failure.reason ?? "")
        }
    }
#endif
