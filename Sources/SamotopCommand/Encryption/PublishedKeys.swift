import NameResolution
import SMTP
import SamotopCore
import SamotopDelivery
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

    init(
        _ configuration: Configuration, _ directory: Directory, _ rooms: EncryptionRooms,
        clock: any WallClock = SystemClock()
    ) {
        self.rooms = rooms
        self.clock = clock
        places = Mutex(Self.places(configuration, directory))
    }

    /// Takes up the mailboxes and aliases of a reload.
    func change(to configuration: Configuration, _ directory: Directory) {
        let new = Self.places(configuration, directory)
        // The old ones are taken apart after the lock.
        let old = places.withLock { places in
            defer { places = new }
            return places
        }
        withExtendedLifetime(old) {}
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

    /// Mailboxes, and aliases that lead to one mailbox and nowhere else; those of the table, too.
    private static func places(_ configuration: Configuration, _ directory: Directory) -> [String: [String: Place]] {
        var places: [String: [String: Place]] = [:]
        func add(_ address: String, _ localPart: String, of domain: String) {
            guard let mailbox = Mailbox(address),
                case .destinations(let found) = directory.answer(for: .mailbox(mailbox)), found.count == 1,
                let name = found.first?.mailbox
            else { return }
            places[domain, default: [:]][WebKeyDirectory.hash(of: localPart)] = Place(mailbox: name, address: address)
        }
        for domain in configuration.domains {
            let name = domain.name.lowercased()
            places[name] = places[name] ?? [:]
            for localPart in domain.mailboxes.map(\.localPart) + domain.aliases.map(\.localPart) {
                add("\(localPart)@\(domain.name)", localPart, of: name)
            }
        }
        for row in configuration.addressTable.rows where row.meaning != .nobody {
            guard case .name(let domain) = row.address.domain else { continue }
            add(
                String(decoding: row.address.bytes, as: UTF8.self),
                String(decoding: row.address.localPart.content, as: UTF8.self),
                of: String(decoding: domain.bytes, as: UTF8.self))
        }
        return places
    }
}
