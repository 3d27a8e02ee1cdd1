#if SQLite
    import SamotopContacts
    import SamotopCore
    public import SamotopQueue
    public import TransportSecurity

    /// What is known of the servers that mail goes out to, in one SQLite file of the state folder, `outgoing.sqlite`: the
    /// ratchet's records, MTA-STS policies and counts for TLS reports. Apart from the contacts, which can be off.
    ///
    /// A write is on the device when its call returns (`synchronous=FULL`), but for
    /// ``TransportSecurity/TLSReportStore/add(_:at:)``, which a crash may forget. Several processes may have the file open.
    /// Errors are ``SamotopContacts/ContactStoreError``. A stored record that is damaged is an error for whoever asks for it,
    /// which says how to remove it, and left out of lists; it is never taken for one that isn't there, because then the ratchet
    /// would begin again.
    public struct OutgoingStores: Sendable {
        /// What may be set.
        public struct Settings: Sendable {
            /// Whether domains are kept readable or sealed; counts for reports always are readable.
            public var names = NameKeeping()
            /// Domains in ``OutgoingStores/peers``. Over it those go first about which nobody decided anything, of these those
            /// that reached the least, of these those that were not seen for longest.
            public var peerMaximum = 100_000
            /// Domains in ``OutgoingStores/policies``; over it those go that expire first.
            public var policyMaximum = 100_000
            /// Octets of one record, as JSON; a longer one is ``SamotopContacts/ContactStoreError/insufficientStorage(cause:)``.
            public var recordOctets = 256 << 10
            /// Octets of all records of ``OutgoingStores/peers``, and of ``OutgoingStores/policies``; over it the same go as over the
            /// maximum.
            public var totalOctets = 1 << 30
            /// What ``OutgoingStores/reports`` holds.
            public var reports = ReportLimits()

            /// The defaults.
            public init() {}
        }

        /// Bounds of counts. A session without room for its failure is counted as failed; one without room for its policy is
        /// forgotten.
        public struct ReportLimits: Sendable {
            /// Policies of all domains and days.
            public var policies = 20_000
            /// Policies of a domain in a day.
            public var policiesOfDomain = 32
            /// Different failures of a policy in a day.
            public var failures = 64
            /// Octets of all of them, as JSON.
            public var octets = 64 << 20

            /// The defaults.
            public init() {}
        }

        /// The memory of the ratchet.
        public let peers: any PeerStore
        /// MTA-STS policies.
        public let policies: any MTASTSStore
        /// Counts for TLS reports.
        public let reports: any TLSReportStore

        let database: StoreDatabase

        /// Opens the stores in a folder that exists; makes them at the first start.
        ///
        /// - Throws: ``SamotopContacts/ContactStoreError/unusable(cause:)`` when the file is damaged, missing though there was
        ///   one, newer than this build, or readable by others. The cause says what to do.
        public static func open(in stateFolder: String, settings: Settings = Settings()) async throws -> OutgoingStores
        {
            var opening = StoreOpening(StoreFiles(folder: stateFolder, kind: .outgoing))
            opening.names = settings.names
            return try await open(opening, settings: settings)
        }

        static func open(_ opening: StoreOpening, settings: Settings = Settings()) async throws -> OutgoingStores {
            let thread = StorageThreads(count: 1, name: "outgoing-open")
            return OutgoingStores(try await thread.run { try opening.open() }, settings)
        }

        private init(_ database: StoreDatabase, _ settings: Settings) {
            self.database = database
            let record = settings.recordOctets
            peers = SQLitePeerStore(
                database, RecordLimits(maximum: settings.peerMaximum, octets: settings.totalOctets, record: record))
            policies = SQLiteMTASTSStore(
                database, RecordLimits(maximum: settings.policyMaximum, octets: settings.totalOctets, record: record))
            reports = SQLiteTLSReportStore(database, settings.reports, record: record)
        }

        /// Suppressed addresses.
        ///
        /// - Parameter key: the queue's; what was sealed with another can't be read.
        public func suppression(
            key: [UInt8], limits: SuppressionLimits = SuppressionLimits()
        ) async throws -> any SuppressionStore {
            try await SQLiteSuppressionStore(database, key: key, limits: limits)
        }

        /// Empties the write-ahead log: what was removed before is then on no disk any more. For after each expiry.
        public func checkpoint() async throws { try await database.checkpoint() }

        /// Looks at every page, then at every record: seconds for each gigabyte. Throws
        /// ``SamotopContacts/ContactStoreError/unusable(cause:)`` with all that is damaged.
        public func check() async throws {
            try await database.check()
            try await RecordCheck.run(database, file: "outgoing.sqlite", RecordCheck.outgoing(database.seal))
        }

        /// Writes what waits, and closes the file. Whoever asks afterwards gets an error.
        public func close() async throws { try await database.close() }
    }
#endif
