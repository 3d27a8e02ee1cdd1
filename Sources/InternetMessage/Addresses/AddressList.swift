/// An `address-list` of RFC 5322 §3.4 with the obsolete forms of §4.4 and the UTF-8 of RFC 6532.
public struct AddressList: Hashable, Sendable {
    /// The addresses in order; empty elements (RFC 5322 §4.4) are left out.
    public let addresses: [Address]

    /// A list of addresses.
    public init(_ addresses: [Address]) {
        self.addresses = addresses
    }

    /// Reads the body of a From, To, Cc… field, folded or not, in linear time and without recursion.
    ///
    /// - Parameter maximumAddresses: more mailboxes and groups than this are an error.
    /// - Throws: when any part of the body is not by the grammar: nothing is guessed.
    public init(_ body: [UInt8], maximumAddresses: Int = 10_000) throws(AddressSyntaxError) {
        var parser = AddressListParser(body, maximumAddresses: maximumAddresses)
        addresses = try parser.parse()
    }

    /// All mailboxes in order, those of groups too.
    public var mailboxes: [NamedMailbox] {
        addresses.flatMap { address in
            switch address {
            case .mailbox(let mailbox): [mailbox]
            case .group(_, let members): members
            }
        }
    }

    /// The list as a field has it, in UTF-8 and not folded. Comments are left out.
    public var bytes: [UInt8] { Array(addresses.map(\.bytes).joined(separator: Self.comma)) }

    static let comma = Array(", ".utf8)
}
