import SamotopContacts
import SamotopSQLite

/// The stores of a state folder, open.
struct OpenStores: Sendable {
    let contacts: any ContactStore
    let greylist: any GreylistStore
    /// What is recorded goes here.
    let audit: any AuditStore
    /// What was recorded is here, and goes from here.
    let records: any AuditStore
    let policies: any PolicyStore
    let passes: any PassStore
    /// The instance's key, for hashes.
    let key: [UInt8]
    /// Makes what was removed unreadable on the disk.
    let checkpoint: @Sendable () async throws -> Void
    let close: @Sendable () async throws -> Void

    /// Opens them; makes them at the first start.
    ///
    /// - Parameter isServer: names are kept as the configuration says, and with the key that is made for it; a command leaves them as it
    ///   finds them.
    static func open(_ configuration: Configuration, isServer: Bool = false) async throws -> OpenStores {
        let folder = configuration.state
        #if SQLite
            do {
                let lock = try OpeningLock(in: folder)
                let isSealed = configuration.privacy.stores == .sealed
                let key =
                    isServer && isSealed
                    ? try QueueKey.bytes(configuration) : try QueueKey.existing(configuration)
                var settings = SQLiteStores.Settings()
                settings.names = NameKeeping(
                    key: key, seals: isSealed, converts: isServer,
                    dropsAudit: configuration.privacy.log == .omitted)
                let stores = try await SQLiteStores.open(in: folder, settings: settings)
                withExtendedLifetime(lock) {}
                return OpenStores(
                    contacts: stores.contacts, greylist: stores.greylist,
                    audit: configuration.privacy.log == .told ? stores.audit : Unrecorded(), records: stores.audit,
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
