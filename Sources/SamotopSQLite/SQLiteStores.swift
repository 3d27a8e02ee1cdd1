#if SQLite
    public import SamotopContacts
    import SamotopCore

    /// The stores in one SQLite file of the state folder: contacts, greylist, audit, policies and passes.
    ///
    /// One file, because one flush then serves everything that waits for one, and one copy of it is a backup. `contacts.sqlite`
    /// belongs to `instance.key` beside it: keep both.
    ///
    /// A write is on the device when its call returns (`synchronous=FULL`), but for ``SamotopContacts/AuditStore/append(_:)``
    /// and ``SamotopContacts/ContactStore/noteDeliveries(_:)``, which a crash may forget. Several processes may have the file
    /// open.
    public struct SQLiteStores: Sendable {
        /// What may be set.
        public struct Settings: Sendable {
            /// Whether names are kept readable or sealed: of contacts, passes, policies, and in the audit.
            public var names = NameKeeping()
            /// Whether the audit keeps senders in a form that can be read. Otherwise it is asked about a sender whom one knows
            /// already, and answers with an empty one. Contacts are readable in any case: their owners have to see them.
            public var keepsReadableSenders = true
            /// Greylist entries; over it the longest unseen that never passed goes.
            public var greylistMaximum = 1_000_000
            /// Audit entries; over it the oldest go.
            public var auditMaximum = 1_000_000
            /// Passes, and policies, of one owner; one more is ``SamotopContacts/ContactStoreError/insufficientStorage(cause:)``.
            public var perOwnerMaximum = 1_000

            /// The defaults.
            public init() {}
        }

        /// Who may write to whom.
        public let contacts: any ContactStore
        /// Who tried.
        public let greylist: any GreylistStore
        /// Why what was decided.
        public let audit: any AuditStore
        /// What owners chose.
        public let policies: any PolicyStore
        /// Words that let someone in.
        public let passes: any PassStore
        /// The key of this state folder, for hashes that others keep.
        public let key: InstanceKey

        let database: StoreDatabase

        /// Opens the stores in a folder that exists; makes them at the first start.
        ///
        /// - Throws: ``SamotopContacts/ContactStoreError/unusable(cause:)`` when the file is damaged, missing though there was
        ///   one, newer than this build, not its key's, or readable by others. The cause says what to do.
        public static func open(in folder: String, settings: Settings = Settings()) async throws -> SQLiteStores {
            var opening = StoreOpening(StoreFiles(folder: folder))
            opening.names = settings.names
            return try await open(opening, settings: settings)
        }

        static func open(_ opening: StoreOpening, settings: Settings = Settings()) async throws -> SQLiteStores {
            let thread = StorageThreads(count: 1, name: "contacts-open")
            let database = try await thread.run { try opening.open() }
            guard let key = database.key else { throw ContactStoreError.failed(cause: "contacts are kept with a key") }
            return SQLiteStores(database, key, settings)
        }

        private init(_ database: StoreDatabase, _ key: InstanceKey, _ settings: Settings) {
            self.database = database
            self.key = key
            contacts = SQLiteContactStore(database, database.seal)
            greylist = SQLiteGreylistStore(database, maximum: settings.greylistMaximum)
            audit = SQLiteAuditStore(
                database, key, maximum: settings.auditMaximum, keepsReadableSenders: settings.keepsReadableSenders)
            policies = SQLitePolicyStore(database, maximum: settings.perOwnerMaximum)
            passes = SQLitePassStore(database, maximum: settings.perOwnerMaximum)
        }

        /// Empties the write-ahead log: what was removed before is then on no disk any more. For after each expiry.
        public func checkpoint() async throws { try await database.checkpoint() }

        /// Looks at every page: seconds for each gigabyte. Throws ``SamotopContacts/ContactStoreError/unusable(cause:)``.
        public func check() async throws { try await database.check() }

        /// Writes what waits, and closes the file. Whoever asks afterwards gets an error.
        public func close() async throws { try await database.close() }
    }
#endif
