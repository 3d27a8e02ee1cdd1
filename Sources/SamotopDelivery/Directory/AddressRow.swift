public import SMTP

/// A row of a source of addresses that is edited while the server runs: one address, and what it is.
public struct AddressRow: Sendable, Hashable {
    /// What an address is.
    public enum Meaning: Sendable, Hashable {
        /// A mailbox of its own.
        case mailbox
        /// It stands for others: addresses of mailboxes or aliases.
        case alias([Mailbox])
        /// Refused, although a pattern or the rest of its domain would take it.
        case nobody
    }

    /// Targets of one alias at most.
    public static let mostTargets = 100

    /// The address, in lower case.
    public let address: Mailbox
    /// What it is.
    public let meaning: Meaning

    /// Nil when the address, or a target, has a local-part that isn't plain (letters, digits, `- _ + =` and dots inside) or no
    /// domain name, or when an alias has no target, or more than ``mostTargets``.
    public init?(_ address: Mailbox, _ meaning: Meaning) {
        guard Self.isPlain(address), let name = Self.lowered(address) else { return nil }
        if case .alias(let targets) = meaning {
            guard (1...Self.mostTargets).contains(targets.count), targets.allSatisfy(Self.isPlain) else { return nil }
        }
        self.address = name
        self.meaning = meaning
    }

    /// The opaque name of its mailbox, which is also its folder below the root of all mailboxes: DOMAIN/LOCAL-PART.
    public var mailboxName: String {
        String(decoding: address.domain.bytes, as: UTF8.self) + "/"
            + String(decoding: address.localPart.content, as: UTF8.self)
    }

    /// The address in lower case; nil when it has an address literal instead of a domain.
    public static func lowered(_ address: Mailbox) -> Mailbox? {
        func isLower(_ octets: [UInt8]) -> Bool { !octets.contains { (0x41...0x5A).contains($0) } }
        if case .name(let domain) = address.domain, isLower(domain.bytes), isLower(address.localPart.content) {
            return address
        }
        func lower(_ octets: [UInt8]) -> [UInt8] { Directory.key(octets, .ignoringASCIICase) }
        guard case .name(let domain) = address.domain, let name = DomainName(lower(domain.bytes)),
            let localPart = LocalPart(lower(address.localPart.content))
        else { return nil }
        return Mailbox(localPart: localPart, domain: .name(name))
    }

    /// It may name a folder, so nothing is in it that could leave one.
    static func isPlain(_ address: Mailbox) -> Bool {
        guard case .name = address.domain else { return false }
        let content = address.localPart.content
        return (1...64).contains(content.count) && content.first != UInt8(ascii: ".")
            && content.last != UInt8(ascii: ".")
            && !zip(content, content.dropFirst()).contains { $0 == UInt8(ascii: ".") && $1 == UInt8(ascii: ".") }
            && content.allSatisfy(isPlain)
    }

    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"),
            UInt8(ascii: "="), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// All rows of such a source, and which state of it they are.
public struct AddressTable: Sendable, Hashable {
    /// In the order of their addresses.
    public var rows: [AddressRow]
    /// Another number after each change.
    public var revision: Int64

    /// Makes a table.
    public init(rows: [AddressRow] = [], revision: Int64 = 0) {
        self.rows = rows
        self.revision = revision
    }
}
