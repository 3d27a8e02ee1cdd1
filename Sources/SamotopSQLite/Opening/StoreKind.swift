#if SQLite
    /// One of the files that stores share: what it is known by, and its tables.
    struct StoreKind: Sendable {
        /// The file's name without `.sqlite`, and that of its threads; 8 octets at most.
        let name: String
        /// What `file(1)` and we know it by.
        let applicationID: Int32
        /// Step n makes version n + 1 of version n. There is a table `totals` with a row `revision`.
        let steps: [String]
        /// Whether it holds keyed hashes, so that `instance.key` belongs to it, and a table `facts`.
        let hasKey: Bool
        /// Whether each write is on the device when it returns; else only those that ask for it.
        var flushesEachWrite = true

        /// Whom people talk to.
        static let contacts = StoreKind(
            name: "contacts", applicationID: Schema.applicationID, steps: Schema.steps, hasKey: true)
        /// What is known of the servers that mail goes out to.
        static let outgoing = StoreKind(
            name: "outgoing", applicationID: OutgoingSchema.applicationID, steps: OutgoingSchema.steps, hasKey: false)
        /// What is counted of arriving mail, and reports from others.
        static let reports = StoreKind(
            name: "reports", applicationID: ReportSchema.applicationID, steps: ReportSchema.steps, hasKey: false,
            flushesEachWrite: false)
        /// Addresses that are edited while the server runs.
        static let directory = StoreKind(
            name: "directory", applicationID: DirectorySchema.applicationID, steps: DirectorySchema.steps, hasKey: false
        )
    }
#endif
