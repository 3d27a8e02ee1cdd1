public import SMTP

/// Whom a contact is about: an address, a domain with all its addresses, or a mailing list.
public struct Correspondent: Sendable, Hashable {
    /// What the octets are.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `ann@example.org`
        case address
        /// `example.org`, and the names below it
        case domain
        /// What stands between the angle brackets of List-Id (RFC 2919)
        case list
    }

    /// What the octets are.
    public let kind: Kind
    /// The address, domain or list in lower case (ASCII letters only), at most 320 octets. Compared octet by octet.
    public let bytes: [UInt8]

    private init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// An address. Local-parts are compared without regard to case: nobody who decides about people would tell them apart by it.
    public static func address(_ mailbox: Mailbox) -> Correspondent { Correspondent(.address, mailbox.bytes) }

    /// A domain and the names below it.
    public static func domain(_ name: DomainName) -> Correspondent { Correspondent(.domain, name.bytes) }

    /// A mailing list by its List-Id; nil when it is empty, longer than 255 octets (RFC 2919 §2), or holds a space or control.
    public static func list(_ id: [UInt8]) -> Correspondent? {
        guard (1...255).contains(id.count), !id.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
        return Correspondent(.list, id)
    }

    /// For stores: octets that an earlier ``bytes`` gave.
    public init?(kind: Kind, stored bytes: [UInt8]) {
        guard (1...320).contains(bytes.count) else { return nil }
        self.init(kind, bytes)
    }

    /// For people: what a store holds is shown, never parsed again.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
