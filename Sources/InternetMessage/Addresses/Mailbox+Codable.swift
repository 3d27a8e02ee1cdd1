public import SMTP

// As one string in the form of the RFC: what is kept can be read by a person, and what was changed by one is checked.

extension Mailbox: Codable {
    /// A string of the form `ann@example.org` (RFC 5321 §4.1.2).
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let mailbox = Mailbox(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no mailbox of RFC 5321")
        }
        self = mailbox
    }

    /// A string of the form `ann@example.org`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: bytes, as: UTF8.self))
    }
}

extension ReversePath: Codable {
    /// A string of the form `<ann@example.org>` or `<>` (RFC 5321 §4.1.2).
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if text == "<>" {
            self = .null
        } else if text.hasPrefix("<"), text.hasSuffix(">"), let mailbox = Mailbox(String(text.dropFirst().dropLast())) {
            self = .mailbox(mailbox)
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no reverse-path of RFC 5321")
        }
    }

    /// A string of the form `<ann@example.org>` or `<>`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: bytes, as: UTF8.self))
    }
}

extension NamedMailbox: Codable {
    /// A string of the form `Ann Example <ann@example.org>` (RFC 5322 §3.4, RFC 6532).
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try NamedMailbox(try container.decode(String.self))
        } catch is AddressSyntaxError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no mailbox of RFC 5322")
        }
    }

    /// A string of the form `Ann Example <ann@example.org>`; comments are left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: bytes, as: UTF8.self))
    }
}
