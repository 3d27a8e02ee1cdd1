import Logging
import SMTP
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopEncryption
import Synchronization

/// Keys that are learned from users' own mail, in a running server.
struct LearnedKeys: Sendable {
    let learning: KeyLearning
    private let takesMail: Bool
    private let domains: Domains

    /// The domains whose `keys@` takes keys.
    private final class Domains: Sendable {
        private let names: Mutex<Set<DomainName>>

        init(_ configuration: Configuration) { names = Mutex(Self.names(configuration)) }

        func change(to configuration: Configuration) {
            let new = Self.names(configuration)
            names.withLock { $0 = new }
        }

        func isKeysAddress(_ mailbox: Mailbox) -> Bool {
            guard case .name(let domain) = mailbox.domain, names.withLock({ $0.contains(domain) }) else { return false }
            return String(decoding: mailbox.bytes, as: UTF8.self).lowercased().hasPrefix("keys@")
        }

        private static func names(_ configuration: Configuration) -> Set<DomainName> {
            Set(configuration.domains.compactMap { DomainName($0.name) })
        }
    }

    /// Nil: none are.
    ///
    /// - Parameter directory: the one that answers now.
    init?(
        _ configuration: Configuration, _ rooms: EncryptionRooms?, _ book: AccountBook, _ logger: Logger,
        directory: @escaping @Sendable () -> Directory
    ) {
        let sources = configuration.encryption.learn
        guard let rooms, !sources.isEmpty else { return nil }
        let domains = Domains(configuration)
        self.domains = domains
        takesMail = sources.contains(.keysAddress)
        learning = KeyLearning(
            rooms.keys, from: sources,
            account: { name in book.owners[name].map { KeyLearning.Account(mailbox: $0.name, address: name) } },
            isOwn: { address, name in
                guard let owner = book.owners[name],
                    case .destinations(let found) = directory().answer(for: .mailbox(address))
                else { return false }
                // Not of an alias that others share, nor of an address that is only sent from.
                return !found.isEmpty && found.allSatisfy { $0.mailbox == owner.name }
            },
            isKeysAddress: { domains.isKeysAddress($0) }, threads: rooms.threads
        ) { learned in
            switch learned {
            case .taken: logger.notice("a mailbox's first key was learned: its mail is encrypted from now on")
            case .offered: logger.notice("another key of a mailbox waits for its owner's word")
            case .known, .declined: break
            }
        }
    }

    /// Takes up the domains of a reload.
    func change(to configuration: Configuration) { domains.change(to: configuration) }

    /// In front of all that delivers.
    func delivery(around agent: any DeliveryAgent) -> any DeliveryAgent {
        takesMail ? KeysAddress(around: agent, isKeysAddress: { [domains] in domains.isKeysAddress($0) }) : agent
    }
}
