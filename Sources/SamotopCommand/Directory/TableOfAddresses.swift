#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopContacts
import SamotopDelivery
import SamotopSQLite

/// The table of addresses that page and command line edit: a file of the state folder.
enum TableOfAddresses {
    /// All of it; empty when there is none. Blocks.
    static func read(in folder: String) throws(StartFailure) -> AddressTable {
        #if SQLite
            do {
                // Whoever may not look into the folder is told so where that matters.
                guard access(folder, R_OK | X_OK) == 0, SQLiteAddresses.exists(in: folder) else {
                    return AddressTable()
                }
                return try StateOwner.acting(for: folder) { try SQLiteAddresses.read(in: folder) }
            } catch let failure as StartFailure {
                throw failure
            } catch {
                throw StartFailure(ExitStatus.configuration, ["samotop: \(cause(error))"])
            }
        #else
            return AddressTable()
        #endif
    }

    /// The configuration with the table, when all rows together make a directory.
    static func add(_ table: AddressTable, to configuration: Configuration) throws(StartFailure) -> Configuration {
        var whole = configuration
        whole.addressTable = table
        do { _ = try MailboxesFactory.directory(whole) } catch {
            throw StartFailure(
                ExitStatus.configuration,
                ["\(configuration.state)/directory.sqlite: \(error); samotop directory remove ADDRESS takes a row away"]
            )
        }
        return whole
    }

    /// Opens it for changes; makes it when there is none.
    static func open(in folder: String) async throws -> (
        store: any AddressStore, close: @Sendable () async throws -> Void
    ) {
        #if SQLite
            do {
                let lock = try OpeningLock(in: folder)
                let store = try await SQLiteAddresses.open(in: folder)
                withExtendedLifetime(lock) {}
                return (store, { try await store.close() })
            } catch let failure as SystemFailure {
                throw StartFailure(
                    ExitStatus.configuration,
                    ["samotop: can't open the addresses in \(folder): \(failure); run as root or as samotop's user"])
            } catch {
                throw StartFailure(ExitStatus.configuration, ["samotop: \(cause(error))"])
            }
        #else
            throw StartFailure(
                ExitStatus.failure,
                ["samotop: this build has no table of addresses (it was made without the trait SQLite)"])
        #endif
    }

    /// Whether it is there.
    static func exists(in folder: String) -> Bool {
        #if SQLite
            SQLiteAddresses.exists(in: folder)
        #else
            false
        #endif
    }

    /// What the operator reads.
    static func cause(_ error: any Error) -> String { (error as? ContactStoreError)?.cause ?? "\(error)" }
}
