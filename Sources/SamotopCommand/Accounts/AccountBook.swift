import Foundation
import SMTP
import SamotopAccounts
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopSubmission
import Synchronization
import TransportSecurity

/// Who has an account: each mailbox of the configuration, with the secrets that the file of accounts has for it.
final class AccountBook: SubmissionAccounts {
    private struct State {
        var owners: [String: Owner]
        var addresses: [String: OwnedAddresses]
        /// What the configuration says.
        var certificates: [String: [Fingerprint]]

        init(_ configuration: Configuration, _ directory: Directory) {
            owners = configuration.owners
            addresses = configuration.ownedAddresses(directory)
            certificates = configuration.submission.clientCertificates?.accounts ?? [:]
        }
    }

    private let state: Mutex<State>
    private let path: String
    private let threads = StorageThreads(count: 1, name: "accounts")
    private let known = Mutex<(modified: Date, file: AccountFile)?>(nil)

    init(_ configuration: Configuration, _ directory: Directory) {
        state = Mutex(State(configuration, directory))
        path = configuration.accountFile
    }

    /// Takes up mailboxes and aliases that a reload changed.
    func change(to configuration: Configuration, _ directory: Directory) {
        let new = State(configuration, directory)
        // The old ones are taken apart after the lock.
        let old = state.withLock { state in
            defer { state = new }
            return state
        }
        withExtendedLifetime(old) {}
    }

    /// By their addresses in lower case.
    var owners: [String: Owner] { state.withLock { $0.owners } }

    /// What the file has of an account. Blocks for as long as a small file takes.
    func entry(_ name: String) throws -> AccountFile.Entry? { try file()[name] }

    func secrets(of name: String) async throws -> AccountSecrets? {
        // For a name that doesn't exist just the same is done.
        let entry = try await threads.run { try self.entry(name) }
        return owners[name] == nil ? nil : entry?.secrets
    }

    func names(withCertificate fingerprint: Fingerprint) async throws -> [String] {
        let entries = try await threads.run { try self.file().entries }
        let made = entries.filter { $0.certificates.contains(fingerprint) }.map(\.name)
        return state.withLock { state in
            let written = state.certificates.filter { $0.value.contains(fingerprint) }.keys
            return Set(made).union(written).filter { state.owners[$0] != nil }.sorted()
        }
    }

    func addresses(of name: String) -> OwnedAddresses? { state.withLock { $0.addresses[name] } }

    /// The file as it is now, read when it has changed.
    private func file() throws -> AccountFile {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let modified = attributes?[.modificationDate] as? Date else { return AccountFile() }
        if let known = known.withLock({ $0 }), known.modified == modified { return known.file }
        let file = try AccountFile.read(path)
        known.withLock { $0 = (modified, file) }
        return file
    }
}

extension Configuration {
    /// What each account may send from: whatever address's mail comes to its mailbox, and what `submission.addresses` adds.
    fileprivate func ownedAddresses(_ directory: Directory) -> [String: OwnedAddresses] {
        owners.reduce(into: [:]) { owned, account in
            let more = submission.addresses[account.key]
            let mailbox = account.value.name
            owned[account.key] = OwnedAddresses(
                more?.addresses.compactMap { Mailbox($0) } ?? [],
                domains: more?.domains.compactMap { DomainName($0) } ?? []
            ) { address in
                guard case .destinations(let destinations) = directory.answer(for: .mailbox(address)) else {
                    return false
                }
                return destinations.contains { $0.mailbox == mailbox }
            }
        }
    }
}
