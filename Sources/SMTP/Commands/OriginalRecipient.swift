/// The value of the ORCPT parameter of RCPT: the recipient as the sender first wrote it (RFC 3461 §4.2).
public struct OriginalRecipient: Sendable, Hashable {
    /// The address type, an atom such as `rfc822` or `utf-8`, as given.
    public let addressType: [UInt8]
    /// The address, decoded: printable ASCII, or well-formed UTF-8 for the type `utf-8` (RFC 6533 §3).
    public let address: [UInt8]

    /// An original recipient, or nil when the type is no atom, the address is empty or holds a control character (or
    /// anything but ASCII where the type is not `utf-8`), or both are too long to write (500 octets).
    public init?(addressType: [UInt8], address: [UInt8]) {
        self.init(checkedType: addressType, address: address)
        var writer = CommandWriter()
        writer.append(self)
        let bytes = writer.bytes
        var grammar = Grammar(bytes.span)
        guard grammar.originalRecipientAddress() == self, grammar.isAtEnd else { return nil }
    }

    /// An original recipient that the grammar has already checked.
    init(checkedType addressType: [UInt8], address: [UInt8]) {
        self.addressType = addressType
        self.address = address
    }

    /// Whether the type is `utf-8`, in any case of letters.
    var isUTF8: Bool {
        addressType.elementsEqual("utf-8".utf8) { $0.lowercasedASCII == $1 }
    }
}

extension OriginalRecipient: CustomStringConvertible {
    /// The number of octets, never the address.
    public var description: String { "OriginalRecipient(\(address.count) octets)" }
}
