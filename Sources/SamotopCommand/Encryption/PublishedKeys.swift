import NameResolution
import SMTP
import SamotopCore
import SamotopEncryption
import SamotopHTTPS
import Synchronization

/// The Web Key Directory of our domains: keys of mailboxes whose owners have nothing against it.
final class PublishedKeys: ServedFiles {
    private struct Place: Sendable {
        let mailbox: String
        let address: String
    }

    private let rooms: EncryptionRooms
    private let clock: any WallClock
    /// By domain, then by the local-part's hash.
    private let places: Mutex<[String: [String: Place]]>

    init(_ configuration: Configuration, _ rooms: EncryptionRooms, clock: any WallClock = SystemClock()) {
        self.rooms = rooms
        self.clock = clock
        places = Mutex(Self.places(configuration))
    }

    /// Takes up the mailboxes and aliases of a reload.
    func change(to configuration: Configuration) {
        let new = Self.places(configuration)
        places.withLock { $0 = new }
    }

    func file(at path: String, of host: DNSName) async -> ServedFile? {
        switch WebKeyDirectory.request(path, at: host.text.lowercased()) {
        case .policy(let domain):
            guard places.withLock({ $0[domain] }) != nil else { return nil }
            return ServedFile([], contentType: "text/plain", isForEveryOrigin: true)
        case .key(let domain, let hash):
            guard let place = places.withLock({ $0[domain]?[hash] }) else { return nil }
            let (folder, now) = (rooms.keys, clock.now().seconds)
            let octets = try? await rooms.threads.run {
                try folder.publishedKeys(of: place.mailbox, for: place.address, at: now)
            }
            guard let octets else { return nil }
            return ServedFile(octets, contentType: "application/octet-stream", isForEveryOrigin: true)
        case nil: return nil
        }
    }

    /// Mailboxes, and aliases that lead to one mailbox and nowhere else.
    private static func places(_ configuration: Configuration) -> [String: [String: Place]] {
        // The configuration was read, so there is one.
        let directory = try? MailboxesFactory.directory(configuration)
        var places: [String: [String: Place]] = [:]
        for domain in configuration.domains {
            var hashed: [String: Place] = [:]
            for localPart in domain.mailboxes.map(\.localPart) + domain.aliases.map(\.localPart) {
                let address = "\(localPart)@\(domain.name)"
                guard let mailbox = Mailbox(address),
                    case .destinations(let found) = directory?.answer(for: .mailbox(mailbox)), found.count == 1,
                    let name = found.first?.mailbox
                else { continue }
                hashed[WebKeyDirectory.hash(of: localPart)] = Place(mailbox: name, address: address)
            }
            places[domain.name.lowercased()] = hashed
        }
        return places
    }
}
