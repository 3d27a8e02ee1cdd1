/// A `Content-Transfer-Encoding` (RFC 2045 §6).
public enum TransferEncoding: Hashable, Sendable {
    /// `7bit`, and what has no such field.
    case sevenBit
    /// `8bit`
    case eightBit
    /// `binary`
    case binary
    /// `base64`
    case base64
    /// `quoted-printable`
    case quotedPrintable
    /// `x-uuencode` and the other names it goes by; not of the standard.
    case uuencode
    /// Another name, in lower case. The content is `application/octet-stream` then (RFC 2045 §6.4).
    case other([UInt8])

    /// The content stands in the message as it is.
    public var isIdentity: Bool { self == .sevenBit || self == .eightBit || self == .binary }

    /// The name as it is written in a field.
    public var name: [UInt8] {
        switch self {
        case .sevenBit: Array("7bit".utf8)
        case .eightBit: Array("8bit".utf8)
        case .binary: Array("binary".utf8)
        case .base64: Array("base64".utf8)
        case .quotedPrintable: Array("quoted-printable".utf8)
        case .uuencode: Array("x-uuencode".utf8)
        case .other(let name): name
        }
    }

    init(named name: [UInt8]) {
        switch String(decoding: name.map(\.lowercasedASCII), as: UTF8.self) {
        case "7bit": self = .sevenBit
        case "8bit": self = .eightBit
        case "binary": self = .binary
        case "base64": self = .base64
        case "quoted-printable": self = .quotedPrintable
        case "x-uuencode", "x-uue", "uuencode": self = .uuencode
        default: self = .other(name.map(\.lowercasedASCII))
        }
    }

    /// Takes the encoding away, as far as it is one that is known.
    func decode(_ content: ArraySlice<UInt8>) -> DecodedContent {
        switch self {
        case .base64: Base64.decode(content)
        case .quotedPrintable: QuotedPrintable.decode(content)
        case .uuencode: Uuencode.decode(content)
        case .sevenBit, .eightBit, .binary, .other: DecodedContent(bytes: Array(content), isDamaged: false)
        }
    }
}
