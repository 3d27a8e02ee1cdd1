#if SQLite
    import GRDB
    import SMTP
    import SamotopContacts
    import SamotopCore
    public import SamotopDelivery
    import Synchronization

    /// Addresses in one SQLite file of the state folder, `directory.sqlite`: mailboxes, aliases, and names that are nobody's.
    ///
    /// A directory is made of all its rows, and looks addresses up in memory. A change is on the device when its call returns
    /// (`synchronous=FULL`). Several processes may have the file open. Errors are ``SamotopContacts/ContactStoreError``, and those of
    /// ``SamotopDelivery/AddressStore``.
    public struct SQLiteAddresses: AddressStore {
        /// Rows at most.
        public static let maximum = 2_000_000

        private let database: StoreDatabase
        private let maximum: Int

        /// Whether the folder has the file, or once had it.
        public static func exists(in stateFolder: String) -> Bool {
            let files = StoreFiles(folder: stateFolder, kind: .directory)
            return SystemFile.exists(files.database) || files.hasTraces
        }

        /// Opens the file in a folder that exists; makes it when it is missing.
        ///
        /// - Throws: ``SamotopContacts/ContactStoreError/unusable(cause:)`` when the file is damaged, missing though there was one,
        ///   newer than this build, or readable by others. The cause says what to do.
        public static func open(in stateFolder: String) async throws -> SQLiteAddresses {
            try await open(in: stateFolder, maximum: maximum)
        }

        static func open(in stateFolder: String, maximum: Int) async throws -> SQLiteAddresses {
            let opening = StoreOpening(StoreFiles(folder: stateFolder, kind: .directory))
            let thread = StorageThreads(count: 1, name: "directory-open")
            return SQLiteAddresses(database: try await thread.run { try opening.open() }, maximum: maximum)
        }

        public func table() async throws -> AddressTable { try await database.read(AddressColumns.table) }

        public func rows(containing text: String, offset: Int, limit: Int) async throws -> [AddressRow] {
            try await database.read {
                try AddressColumns.rows(containing: text.lowercased(), offset: offset, limit: limit, $0)
            }
        }

        public func revision() async throws -> Int64 { try await database.read(AddressColumns.revision) }

        public func edit(
            _ edits: [AddressEdit], check: @escaping @Sendable ([AddressRow]) throws -> Void
        ) async throws {
            let refusal = Refusal()
            do {
                try await database.write { [maximum] database in
                    do {
                        for edit in edits { try Self.make(edit, database) }
                        guard try AddressColumns.count(database) <= maximum else {
                            throw AddressEditError.full(maximum)
                        }
                        try check(AddressColumns.table(database).rows)
                    } catch {
                        refusal.error.withLock { $0 = error }
                        // Takes the changes back.
                        throw error
                    }
                }
            } catch {
                throw refusal.error.withLock { $0 } ?? error
            }
        }

        /// Writes what waits, and closes the file. Whoever asks afterwards gets an error.
        public func close() async throws { try await database.close() }

        private static func make(_ edit: AddressEdit, _ database: Database) throws {
            switch edit {
            case .add(let row):
                let columns = AddressColumns(row)
                let statement = try database.cachedStatement(
                    sql:
                        "INSERT INTO addresses (domain, local_part, kind, targets) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
                )
                try statement.execute(arguments: [columns.domain, columns.localPart, columns.kind, columns.targets])
                guard database.changesCount == 1 else { throw AddressEditError.taken(row.address) }
            case .remove(let address):
                guard let row = AddressRow(address, .mailbox) else { throw AddressEditError.missing(address) }
                let columns = AddressColumns(row)
                try database.cachedStatement(sql: "DELETE FROM addresses WHERE domain = ? AND local_part = ?")
                    .execute(arguments: [columns.domain, columns.localPart])
                guard database.changesCount == 1 else { throw AddressEditError.missing(address) }
            }
        }

        /// Why a change was taken back, in its own words: what the database throws has others.
        private final class Refusal: Sendable {
            let error = Mutex<(any Error)?>(nil)
        }
    }

    extension SQLiteAddresses {
        /// Reads the file without opening it for changes; an empty table when there is none. Blocks: not for event loops.
        ///
        /// - Throws: as ``open(in:)``.
        public static func read(in stateFolder: String) throws -> AddressTable {
            let files = StoreFiles(folder: stateFolder, kind: .directory)
            guard exists(in: stateFolder) else { return AddressTable() }
            do {
                return try StoreOpening(files).readOnly(AddressColumns.table)
            } catch {
                throw ContactStoreError(error)
            }
        }
    }
#endif
