public import SMTP

/// A message that was built: octets that do not change any more, ready to be signed and sent.
///
/// Every line ends with CRLF, none is longer than 998 octets, and there is no NUL, unless a part was given the encoding
/// `binary`.
public struct Message: Sendable, Hashable {
    /// The whole message: header section, blank line, body.
    public let bytes: [UInt8]
    /// Who sends it, and who gets it.
    public let envelope: MessageEnvelope
    /// What the way of the message must be able to carry.
    public let needs: MessageNeeds
    /// Where the body starts in ``bytes``, behind the blank line.
    public let bodyStart: Int

    init(bytes: [UInt8], bodyStart: Int, envelope: MessageEnvelope, body: BodyType) {
        self.bytes = bytes
        self.bodyStart = bodyStart
        self.envelope = envelope
        let hasUTF8Header = bytes[..<min(bodyStart, bytes.count)].contains { $0 >= 0x80 }
        needs = MessageNeeds(body: body, smtpUTF8: hasUTF8Header || !envelope.isASCII)
    }

    /// The header section, read from ``bytes``.
    public var header: HeaderSection { HeaderSection(Array(bytes[..<bodyStart])) }

    /// The fields of this name in order.
    public func fields(named name: HeaderFieldName) -> [HeaderField] { header.fields(named: name) }

    /// The parameters of MAIL that the message calls for: SIZE, BODY and SMTPUTF8. A server that did not offer an
    /// extension takes none of its parameters; SIZE and `BODY=7BIT` may be left out then.
    public var parameters: MailParameters {
        var parameters = MailParameters()
        parameters.size = UInt64(clamping: bytes.count)
        parameters.body = needs.body
        parameters.smtpUTF8 = needs.smtpUTF8
        return parameters
    }
}

extension Message: CustomStringConvertible {
    /// The number of octets, nothing of the content.
    public var description: String { "Message(\(bytes.count) octets)" }
}
