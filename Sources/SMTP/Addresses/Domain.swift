/// What stands after the `@` of a mailbox, and after EHLO: a domain name or an address literal (RFC 5321 §4.1.2).
public enum Domain: Sendable, Hashable {
    /// A domain name.
    case name(DomainName)
    /// An address literal.
    case literal(AddressLiteral)

    /// The domain in `bytes`, or nil when the whole of it is neither a `Domain` nor an `address-literal`.
    public init?(_ bytes: [UInt8]) {
        var grammar = Grammar(bytes.span)
        guard let domain = grammar.domainOrAddressLiteral(), grammar.isAtEnd else { return nil }
        self = domain
    }

    /// The domain in the UTF-8 of `string`.
    public init?(_ string: String) {
        self.init([UInt8](string.utf8))
    }

    /// The domain as SMTP writes it.
    public var bytes: [UInt8] {
        switch self {
        case .name(let name): name.bytes
        case .literal(let literal): literal.bytes
        }
    }

    /// Whether every octet is ASCII. A domain that is not needs SMTPUTF8.
    public var isASCII: Bool {
        switch self {
        case .name(let name): name.isASCII
        case .literal: true
        }
    }
}

/// The argument of EHLO, HELO and LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1).
public typealias Hello = Domain
