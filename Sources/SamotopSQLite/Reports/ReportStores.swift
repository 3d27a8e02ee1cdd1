#if SQLite
    import GRDB
    import SamotopContacts
    import SamotopCore
    public import SamotopReports
    public import SenderAuthentication

    /// What is counted for DMARC reports, and reports that came in, in one SQLite file of the state folder, `reports.sqlite`. Apart
    /// from the other files, because it is written for each message that arrives.
    ///
    /// Counting isn't flushed (`synchronous=NORMAL`), so that it costs a message no wait for the disk and no flush that others wait
    /// behind: a crash of the process may forget the last counts, a power cut those of the last seconds. A power cut may also bring
    /// back counts that were removed, so that their report is sent twice. Reports that came in are on the device when the call
    /// returns. Errors are ``SamotopContacts/ContactStoreError``.
    public struct ReportStores: Sendable {
        /// What may be set.
        public struct Settings: Sendable {
            /// Rows of all domains and days. A message whose row has no room isn't counted.
            public var rows = 100_000
            /// Rows of a policy domain in a day, so that one domain can't take the room of all.
            public var rowsOfDomain = 1_000
            /// Octets of a row as JSON; a message with a longer one isn't counted.
            public var rowOctets = 32 << 10
            /// Octets of all rows.
            public var rowsOctets = 64 << 20
            /// Days that rows are kept at most, sent or not.
            public var days: Int64 = 7
            /// Reports that came in. Over it the unproven go first, of these the oldest.
            public var received = 10_000
            /// Octets of one as JSON; a longer one is ``SamotopContacts/ContactStoreError/insufficientStorage(cause:)``.
            public var receivedOctets = 1 << 20
            /// Octets of all of them; over it the same go as over the maximum.
            public var allReceivedOctets = 256 << 20

            /// The defaults.
            public init() {}
        }

        /// Counts for DMARC reports.
        public let dmarc: any DMARCReportStore
        /// Reports that came in.
        public let received: any ReceivedReportStore

        let database: StoreDatabase

        /// Opens the stores in a folder that exists; makes them at the first start.
        ///
        /// - Throws: ``SamotopContacts/ContactStoreError/unusable(cause:)`` when the file is damaged, missing though there was
        ///   one, newer than this build, or readable by others. The cause says what to do.
        public static func open(in stateFolder: String, settings: Settings = Settings()) async throws -> ReportStores {
            let opening = StoreOpening(StoreFiles(folder: stateFolder, kind: .reports))
            let thread = StorageThreads(count: 1, name: "reports-open")
            return ReportStores(try await thread.run { try opening.open() }, settings)
        }

        private init(_ database: StoreDatabase, _ settings: Settings) {
            self.database = database
            dmarc = SQLiteDMARCReportStore(database, settings)
            received = SQLiteReceivedReportStore(database, settings)
        }

        /// Empties the write-ahead log: what was removed before is then on no disk any more. For after each expiry.
        public func checkpoint() async throws { try await database.checkpoint() }

        /// Looks at every page, then at every record: seconds for each gigabyte. Throws
        /// ``SamotopContacts/ContactStoreError/unusable(cause:)`` with all that is damaged.
        public func check() async throws {
            try await database.check()
            try await RecordCheck.run(
                database, file: "reports.sqlite",
                [
                    .init("dmarc_rows", columns: "number, row, count") { _ = try CountedRow($0) },
                    .init("received", columns: "number, report") { _ = try StoredReport($0) },
                ])
        }

        /// Writes what waits, and closes the file. Whoever asks afterwards gets an error.
        public func close() async throws { try await database.close() }
    }
#endif
