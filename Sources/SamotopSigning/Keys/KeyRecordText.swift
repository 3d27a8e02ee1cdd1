public import NameResolution
import SenderAuthentication

/// The record of a key, to be pasted into a zone or a provider's form.
public struct KeyRecordText: Sendable, Hashable {
    /// The record's name, with a dot at its end.
    public let name: String
    /// The strings of the TXT record, 255 octets each at most (RFC 1035 §3.3.14): a provider's form may want them joined.
    public let strings: [String]

    /// Nil when selector and domain are no names that a key can have.
    public init?(_ key: SigningKey, of domain: DNSName) {
        guard let name = KeyName(key.selector, domain)?.name else { return nil }
        self.name = name.text + "."
        strings = key.key.record.strings.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The value as one text, for forms that cut it by themselves.
    public var value: String { strings.joined() }

    /// The record as a zone file has it (RFC 1035 §5.1).
    public var zoneEntry: String {
        let parts = strings.map { "\"\($0)\"" }
        return parts.count == 1
            ? "\(name) IN TXT \(parts[0])" : "\(name) IN TXT (\n" + parts.map { "    \($0)\n" }.joined() + ")"
    }
}
