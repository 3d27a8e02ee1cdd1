/// Where the keys of a mailbox are in a folder of keys: `example.org/bob.asc` for the mailbox `example.org/bob`, and
/// `example.org/bob.pem` when they are certificates.
///
/// Octets that a file's name can't have or that lead elsewhere are written as `%` and two hexadecimal digits.
enum KeyFileName {
    static let suffix = ".asc"
    /// Of certificates.
    static let certificates = ".pem"
    /// Of what mail is encrypted to. What is in the file decides what it is.
    static let suffixes = [suffix, certificates]
    /// Of a key that waits for its owner's word.
    static let offered = ".offered"
    /// Of the fingerprints that an owner declined or removed, a line each.
    static let declined = ".declined"
    /// Of an empty file: others shall not find the keys.
    static let unpublished = ".unpublished"

    static func path(of mailbox: String, _ suffix: String = suffix) -> String {
        let parts = mailbox.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { escaped($0) }
        return parts.joined(separator: "/") + suffix
    }

    /// The mailbox of such a path; nil when it is none.
    static func mailbox(of path: String) -> String? {
        guard let suffix = suffixes.first(where: { path.hasSuffix($0) }) else { return nil }
        let parts = path.dropLast(suffix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        let name = parts.map { unescaped($0) }.joined(separator: "/")
        return self.path(of: name, suffix) == path ? name : nil
    }

    /// The suffix of keys of a kind.
    static func suffix(of kind: KeyKind) -> String { kind == .certificate ? certificates : suffix }

    private static func escaped(_ part: Substring) -> String {
        var text = ""
        for (index, byte) in part.utf8.enumerated() {
            switch byte {
            case 0x2F, 0x25, 0...0x20, 0x7F: text += hex(byte)
            case 0x2E where index == 0: text += hex(byte)
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        // Built octet by octet: names beyond ASCII are put together again.
        return String(decoding: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }

    private static func unescaped(_ part: Substring) -> String {
        var octets: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                octets.append(value)
                rest = rest.dropFirst(2)
            } else {
                octets.append(byte)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
