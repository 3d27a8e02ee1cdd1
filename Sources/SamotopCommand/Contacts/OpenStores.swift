import SamotopContacts
import SamotopSQLite

/// The stores of a state folder, open.
struct OpenStores: Sendable {
    let contacts: any ContactStore
    let greylist: any GreylistStore
    let audit: any AuditStore
    let policies: any PolicyStore
    let passes: any PassStore
    /// The instance's key, for hashes.
    let key: [UInt8]
    /// Makes what was removed unreadable on the disk.
    let checkpoint: @Sendable () async throws -> Void
    let close: @Sendable () async throws -> Void

    /// Opens them; makes them at the first start.
    static func open(in folder: String) async throws -> OpenStores {
        #if SQLite
            do {
                let lock = try OpeningLock(in: folder)
                let stores = try await SQLiteStores.open(in: folder)
                withExtendedLifetime(lock) {}
                return OpenStores(
                    contacts: stores.contacts, greylist: stores.greylist, audit: stores.audit,
                    policies: stores.policies, passes: stores.passes, key: stores.key.bytes,
                    checkpoint: { try await stores.checkpoint() }, close: { try await stores.close() })
            } catch let error as ContactStoreError {
                throw StartFailure(ExitStatus.configuration, ["samotop: \(error.cause)"])
            } catch let failure as SystemFailure {
                throw StartFailure(
                    ExitStatus.configuration,
                    ["samotop: can't open the contacts in \(folder): \(failure); run as root or as samotop's user"])
            }
        #else
            throw StartFailure(
                ExitStatus.configuration,
                ["samotop: this build keeps no contacts (it was made without the trait SQLite); write contacts: off"])
        #endif
    }
}

extension ContactStoreError {
    /// What the operator reads.
    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .unusable(let cause), .failed(let cause): cause
        }
    }
}
