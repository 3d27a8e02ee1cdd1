#if SQLite
    import GRDB
    import SamotopContacts

    /// How connections to the file are set. What durability and privacy hang on is read back.
    enum StoreConnection {
        /// Seconds that a writer waits for another process.
        private static let patience = 5.0
        /// Pages in the log that are moved into the file together: what was written twice is then moved once.
        private static let pagesInLog = 4_000
        /// Octets: a longer log is cut once it was moved into the file.
        private static let longestLog = 16 << 20

        /// - Parameter cache: KiB of pages in memory at most.
        private static func configuration(cache: Int) -> Configuration {
            var configuration = Configuration()
            configuration.label = "samotop"
            configuration.busyMode = .timeout(patience)
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { database in
                // Nothing in a damaged or foreign file may call functions; damage shows early; sorting leaves no trace on disk.
                try database.execute(
                    sql: """
                        PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;
                        PRAGMA cache_size = \(-cache)
                        """)
            }
            return configuration
        }

        /// A connection that can't write.
        static func reader(_ path: String) throws -> DatabaseQueue {
            var configuration = configuration(cache: 16 << 10)
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        }

        /// A connection for making a file, or for mending what a crash left of its last change.
        static func maker(_ path: String) throws -> DatabaseQueue {
            try DatabaseQueue(path: path, configuration: configuration(cache: 1 << 10))
        }

        /// The connection that writes.
        ///
        /// In WAL mode a committed transaction survives a power cut only with `synchronous=FULL`. Settings made before the
        /// change to WAL don't count: they are made, and read back, when all else is done.
        ///
        /// - Parameter flushesEachWrite: otherwise `synchronous=NORMAL`: a power cut may forget the last transactions, whole ones.
        static func writer(_ path: String, flushesEachWrite: Bool = true) throws -> DatabaseQueue {
            let connection = try DatabaseQueue(path: path, configuration: configuration(cache: 64 << 10))
            try connection.writeWithoutTransaction { database in
                try require("journal_mode", "WAL", is: "wal", database)
                try require(
                    "synchronous", flushesEachWrite ? "FULL" : "NORMAL", is: flushesEachWrite ? 2 : 1, database)
                try require("secure_delete", "ON", is: 1, database)
                try require("foreign_keys", "ON", is: 1, database)
                try require("trusted_schema", "OFF", is: 0, database)
                try require("wal_autocheckpoint", "\(pagesInLog)", is: pagesInLog, database)
                try require("journal_size_limit", "\(longestLog)", is: longestLog, database)
            }
            return connection
        }

        private static func require<Value: DatabaseValueConvertible & Equatable>(
            _ name: String, _ wanted: String, is expected: Value, _ database: Database
        ) throws {
            _ = try Row.fetchAll(database, sql: "PRAGMA \(name) = \(wanted)")
            let value = try Row.fetchOne(database, sql: "PRAGMA \(name)")?.first.map { Value.fromDatabaseValue($0.1) }
            guard value == expected else {
                throw ContactStoreError.unusable(
                    cause:
                        "SQLite doesn't hold to \(name)=\(wanted) on this file system; put the state folder on another")
            }
        }
    }
#endif
