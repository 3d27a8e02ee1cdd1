public import SMTP

/// An Autocrypt field (Autocrypt Level 1 §2.1): the author's program announces the author's public key.
public struct AutocryptField: Hashable, Sendable {
    /// Octets of a field's body; a longer one isn't looked at. Level 1 wants 10 KiB to be enough.
    public static let maximumLength = 16 << 10
    /// Fields that are looked at.
    static let maximumFields = 10

    /// Whose key it is, as it was written.
    public let address: Mailbox
    /// The author wishes encrypted answers (`prefer-encrypt=mutual`).
    public let prefersEncryption: Bool
    /// The key, an OpenPGP transferable public key that isn't armoured.
    public let key: [UInt8]

    /// Reads a body, folded or not. Nil for what breaks the rules: an attribute twice, one that isn't known and doesn't start with `_`,
    /// no address, no key, or a key that isn't base64.
    public init?(_ body: [UInt8]) {
        guard body.count <= Self.maximumLength else { return nil }
        var values: [String: ArraySlice<UInt8>] = [:]
        for part in body.split(separator: UInt8(ascii: ";")) {
            let part = Self.trimmed(part)
            if part.isEmpty { continue }
            guard let middle = part.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(decoding: Self.trimmed(part[..<middle]), as: UTF8.self).lowercased()
            guard !name.isEmpty, values[name] == nil else { return nil }
            values[name] = Self.trimmed(part[(middle + 1)...])
        }
        let known: Set = ["addr", "prefer-encrypt", "keydata"]
        guard values.keys.allSatisfy({ known.contains($0) || $0.hasPrefix("_") }),
            let address = values["addr"].flatMap({ Mailbox(Array($0)) }), let text = values["keydata"],
            let key = Base64Text.decode(text.filter { !Self.isSpace($0) }), !key.isEmpty
        else { return nil }
        self.address = address
        prefersEncryption = values["prefer-encrypt"].map { $0.elementsEqual("mutual".utf8) } ?? false
        self.key = key
    }

    /// The field that holds for a message of this author: the only one with their address. Nil when there is none, or more than
    /// one, or too many to look at.
    public static func find(in header: HeaderSection, from author: Mailbox) -> AutocryptField? {
        guard let name = HeaderFieldName(Array("Autocrypt".utf8)) else { return nil }
        let fields = header.fields(named: name)
        guard fields.count <= maximumFields else { return nil }
        let found = fields.compactMap { AutocryptField($0.body) }.filter { isSame($0.address, author) }
        return found.count == 1 ? found.first : nil
    }

    private static func isSame(_ one: Mailbox, _ other: Mailbox) -> Bool {
        let one = one.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return one == other.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func isSpace(_ octet: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(octet) }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = part.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}
