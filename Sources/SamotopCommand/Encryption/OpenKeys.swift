import Foundation
import SamotopEncryption

/// The folder of keys that a configuration names, for commands.
struct OpenKeys {
    let configuration: Configuration
    let folder: KeyFolder

    init(_ configuration: Configuration) throws(StartFailure) {
        self.configuration = configuration
        guard let engine = try EncryptionRooms.engine(configuration) else {
            throw StartFailure(
                ExitStatus.failure, ["this build can't encrypt (it was made without the traits OpenPGP and SMIME)"])
        }
        folder = KeyFolder(configuration.keyFolder, engine: engine)
    }

    /// A mailbox's keys; what can't be read is an item, too.
    func items(_ mailbox: (address: String, name: String)) -> [KeyOutput.Item] {
        let now = Int64(Date().timeIntervalSince1970)
        do throws(KeyAccessError) {
            let keys = try folder.recipient(of: mailbox.name)?.keys ?? []
            return keys.map { KeyOutput.Item($0, of: mailbox.address, now: now) }
        } catch {
            return [KeyOutput.Item("\(error)", of: mailbox.address)]
        }
    }

    /// The keys of all mailboxes, and what is in the folder for mailboxes that aren't configured.
    func all() throws -> [KeyOutput.Item] {
        let addresses = Dictionary(configuration.owners.map { ($1.name, $0) }) { first, _ in first }
        return try folder.mailboxes().flatMap { name in items((addresses[name] ?? name, name)) }
    }
}
