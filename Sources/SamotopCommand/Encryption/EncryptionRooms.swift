import Logging
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopEncryption
import SamotopJournal

/// Everything about encryption at rest in a running server: the keys, and the agents that encrypt.
struct EncryptionRooms: Sendable {
    let keys: KeyFolder
    let engine: any EncryptionEngine
    private let settings: SealingSettings
    private let folder: String
    /// Where keys are read and messages encrypted.
    let threads = StorageThreads(count: 4, name: "sealing")
    private let logger: Logger

    /// - Throws: ``StartFailure`` when there are keys and nothing that encrypts to them.
    init?(_ configuration: Configuration, _ logger: Logger) throws(StartFailure) {
        guard configuration.encryption.isOn else { return nil }
        guard let engine = try Self.engine(configuration) else { return nil }
        self.engine = engine
        keys = KeyFolder(configuration.keyFolder, engine: engine)
        try Self.refuseOtherKinds(keys, configuration)
        settings = configuration.sealing
        folder = configuration.state + "/journal"
        self.logger = logger
    }

    /// In front of the journal: what is in it is encrypted already.
    ///
    /// - Parameter hidesName: of addresses of which no answer is to tell whether they are there.
    func sealing(
        _ journal: JournaledDelivery, hidesName: @escaping @Sendable (Mailbox) -> Bool
    ) -> any DeliveryAgent {
        sealing(next: journal) { path in path.mailbox.map(hidesName) ?? false }
    }

    /// In front of the mailboxes, for what comes out of the queue.
    func sealing(_ mailboxes: any BatchDeliveryAgent) -> any DeliveryAgent { sealing(next: DirectParts(mailboxes)) }

    private func sealing(
        next: some PartsDeliveryAgent, answersLate: @escaping @Sendable (ForwardPath) -> Bool = { _ in false }
    ) -> any DeliveryAgent {
        Sealing(next, keys: keys, settings: settings, in: folder, threads: threads, answersLate: answersLate) {
            [logger] words in
            logger.warning("encryption", metadata: ["cause": "\(words)"])
        }
    }

    /// A mailbox without a key gets no mail.
    var requiresKey: Bool { settings.requiresKey }

    /// Whether a mailbox's mail is encrypted; also when its keys can't be used now.
    @concurrent func isSealed(_ mailbox: String) async -> Bool {
        let keys = keys
        let isSealed = try? await threads.run {
            do { return try keys.recipient(of: mailbox) != nil } catch { return true }
        }
        return isSealed ?? true
    }

    /// What encrypts; nil in a build that has nothing, where nobody has a key either.
    static func engine(_ configuration: Configuration) throws(StartFailure) -> (any EncryptionEngine)? {
        #if OpenPGP || SMIME
            var openPGP: (any EncryptionEngine)?
            var certificates: (any EncryptionEngine)?
            #if OpenPGP
                do throws(EncryptionError) { openPGP = try RNPEngine() } catch {
                    let words = if case .failed(let words) = error { words } else { "\(error)" }
                    throw StartFailure(ExitStatus.configuration, [configuration.problem("encryption", words)])
                }
            #endif
            #if SMIME
                certificates = CMSEngine()
            #endif
            return KeyEngines(openPGP: openPGP, certificates: certificates)
        #else
            let isWanted = configuration.encryption.withoutKey == .refuse
            guard isWanted || LocalFile.status(configuration.keyFolder) != nil else { return nil }
            let message =
                "there are keys, and this build can't encrypt (traits OpenPGP, SMIME); build with them, or write encryption: off"
            throw StartFailure(ExitStatus.configuration, [configuration.problem("encryption", message)])
        #endif
    }

    /// In a build that knows one kind of keys only, those of the other kind are told at the start, not when mail comes.
    private static func refuseOtherKinds(_ keys: KeyFolder, _ configuration: Configuration) throws(StartFailure) {
        #if !OpenPGP || !SMIME
            let mailboxes = (try? keys.mailboxes()) ?? []
            var problems: [String] = []
            for mailbox in mailboxes {
                do throws(KeyAccessError) { _ = try keys.recipient(of: mailbox) } catch {
                    guard case .problem(.notInThisBuild) = error else { continue }
                    problems.append("the keys of \(OneLine.escaped(mailbox, limit: 320)): \(error)")
                }
            }
            guard problems.isEmpty else {
                throw StartFailure(
                    ExitStatus.configuration,
                    problems.prefix(10).map { configuration.problem("encryption", $0) })
            }
        #endif
    }
}

extension Configuration {
    /// Where the keys of mailboxes are.
    var keyFolder: String { encryption.keys ?? state + "/keys" }

    /// Numbers and habits of encryption at rest.
    var sealing: SealingSettings {
        var sealing = SealingSettings()
        sealing.requiresKey = encryption.withoutKey == .refuse
        sealing.memory = encryption.memory ?? max(sealing.memory, 4 * limits.messageSize)
        return sealing
    }

    /// The mailbox with this address, and its opaque name.
    func mailbox(_ address: String) throws(StartFailure) -> (address: String, name: String) {
        let owners = owners
        if let owner = owners[address.lowercased()] { return (address.lowercased(), owner.name) }
        let near = Suggestion.nearest(to: address.lowercased(), in: owners.keys.sorted())
        let hint = near.map { "did you mean \($0)?" } ?? "an alias has no key of its own"
        throw StartFailure(
            ExitStatus.usage, ["\(OneLine.escaped(address)) is no mailbox of this configuration; \(hint)"])
    }
}
