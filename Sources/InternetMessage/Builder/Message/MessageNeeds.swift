public import SMTP

/// What the way of a message must be able to carry.
public struct MessageNeeds: Sendable, Hashable {
    /// `sevenBit`, `eightBitMIME` (RFC 6152) or, with a part of the encoding `binary`, `binaryMIME` (RFC 3030).
    public var body: BodyType
    /// The header section or the envelope has UTF-8 in it (RFC 6531).
    public var smtpUTF8: Bool

    /// A body, and whether there is UTF-8 outside it.
    public init(body: BodyType, smtpUTF8: Bool) {
        self.body = body
        self.smtpUTF8 = smtpUTF8
    }

    /// The extensions that a server must have offered.
    public var extensions: Extensions {
        var extensions: Extensions = []
        switch body {
        case .sevenBit: break
        case .eightBitMIME: extensions.insert(.eightBitMIME)
        case .binaryMIME: extensions.insert([.binaryMIME, .chunking])
        }
        if smtpUTF8 { extensions.insert([.smtpUTF8, .eightBitMIME]) }
        return extensions
    }
}
