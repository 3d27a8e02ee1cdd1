public import SMTP

/// A typed value of a delivery status (RFC 3464 §2.1.2): `rfc822; bob@example.org`, `dns; mx.example.org`,
/// `smtp; 550 5.1.1 No such user here`.
public struct ReportedValue: Sendable, Hashable {
    /// The type as written: `rfc822`, `utf-8` (RFC 6533 §3), `dns`, `smtp`…
    public var type: [UInt8]
    /// The value, decoded where the type is `utf-8`. From outside: any octets.
    public var value: [UInt8]

    /// A type and a value.
    public init(type: [UInt8], value: [UInt8]) {
        self.type = type
        self.value = value
    }

    /// A recipient as the envelope has it: `rfc822`, or `utf-8` when it is not ASCII.
    public init(_ mailbox: Mailbox) {
        self.init(type: Array((mailbox.isASCII ? "rfc822" : "utf-8").utf8), value: mailbox.bytes)
    }

    /// The recipient as the sender first wrote it (RFC 3461 §4.2).
    public init(_ original: OriginalRecipient) {
        self.init(type: original.addressType, value: original.address)
    }

    /// A host by its name.
    public init(host: DomainName) {
        self.init(type: Array("dns".utf8), value: host.bytes)
    }

    /// The reply of an SMTP server: the lines of its text as it sent them, without code and line ends. What could break out
    /// of a field is replaced when it is written, and the whole is cut at ``maximumDiagnostic`` octets.
    public init(replyCode: UInt16, lines: [[UInt8]]) {
        var text = Array("\(replyCode)".utf8)
        for line in lines where text.count < Self.maximumDiagnostic {
            text.append(.space)
            text += line.prefix(Self.maximumDiagnostic)
        }
        self.init(type: Array("smtp".utf8), value: Array(text.prefix(Self.maximumDiagnostic)))
    }

    /// Octets of a reply that are reported at most.
    public static let maximumDiagnostic = 1_000

    /// The mailbox, when the type is `rfc822` or `utf-8` and the value is one.
    public var mailbox: Mailbox? {
        isOfType("rfc822") || isOfType("utf-8") ? Mailbox(value) : nil
    }

    /// Whether the type is this, written in lower case.
    public func isOfType(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { equalIgnoringASCIICase($0, type) }
    }
}

extension ReportedValue: CustomStringConvertible {
    /// The number of octets, never the value.
    public var description: String { "ReportedValue(\(value.count) octets)" }
}
