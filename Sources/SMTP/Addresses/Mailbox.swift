/// `Mailbox` of RFC 5321 §4.1.2: `Local-part "@" ( Domain / address-literal )`.
public struct Mailbox: Sendable, Hashable {
    /// What stands before the `@`.
    public var localPart: LocalPart
    /// What stands after the `@`.
    public var domain: Domain

    /// A mailbox of its two parts.
    public init(localPart: LocalPart, domain: Domain) {
        self.localPart = localPart
        self.domain = domain
    }

    /// The mailbox in `bytes`, or nil when the whole of it is no `Mailbox`, or one too long for any path (254 octets).
    public init?(_ bytes: [UInt8]) {
        var grammar = Grammar(bytes.span)
        guard bytes.count <= Limits.mailbox, let mailbox = grammar.mailbox(), grammar.isAtEnd else { return nil }
        self = mailbox
    }

    /// The mailbox in the UTF-8 of `string`.
    public init?(_ string: String) {
        self.init([UInt8](string.utf8))
    }

    /// The mailbox as SMTP writes it.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }

    /// Whether every octet is ASCII. A mailbox that is not needs SMTPUTF8 (RFC 6531 §3.2).
    public var isASCII: Bool { localPart.isASCII && domain.isASCII }
}
