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

    // The order of a report.

    extension TLSReportPeriod.PolicyCount {
        var order: (String, String) { (policy.kind.rawValue, policy.strings.joined(separator: "\n")) }
    }

    extension TLSReportPeriod.FailureCount {
        var order: (Int, String, String, String) {
            (-count, failure.type.rawValue, failure.receivingHost?.text ?? "", failure.reason ?? "")
        }
    }
#endif
