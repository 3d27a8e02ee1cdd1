import InternetMessage
import SMTP

/// In which form a message is encrypted already by its author; such mail is left as it is.
///
/// Told from the structure, so that nobody's plaintext passes under a false name: where OpenPGP is said, armour with base64 and
/// nothing beside it must follow.
enum EncryptedForm: Sendable, Hashable {
    /// `multipart/encrypted` (RFC 3156 §4).
    case pgpMIME
    /// A text that is nothing but an armoured message (RFC 9580 §6.2).
    case inlinePGP
    /// `application/pkcs7-mime` with EnvelopedData or AuthEnvelopedData (RFC 8551 §3.3, §3.4).
    case smime

    /// Nil: it isn't encrypted.
    init?(_ message: [UInt8]) {
        let parsed = MIMEMessage(message, limits: MIMELimits(maximumDepth: 1, maximumParts: 4))
        guard !parsed.isAmbiguous, let root = parsed.entities.first else { return nil }
        if root.mediaType.matches("multipart", "encrypted") {
            guard Self.isParameter("protocol", "application/pgp-encrypted", of: root.mediaType),
                root.children.count == 2
            else { return nil }
            let version = parsed.entities[root.children[0]]
            let data = parsed.entities[root.children[1]]
            guard version.mediaType.matches("application", "pgp-encrypted"),
                message[version.bodyRange].count <= 100,
                data.mediaType.matches("application", "octet-stream"), Self.isArmor(message[data.bodyRange]),
                [root.preamble, root.epilogue].allSatisfy({ ($0.map { message[$0].count } ?? 0) <= 200 })
            else { return nil }
            self = .pgpMIME
        } else if root.mediaType.matches("application", "pkcs7-mime")
            || root.mediaType.matches("application", "x-pkcs7-mime")
        {
            guard
                ["enveloped-data", "authenveloped-data"].contains(where: {
                    Self.isParameter("smime-type", $0, of: root.mediaType)
                }), Self.isEnvelope(parsed.content(of: root, limit: 64).bytes)
            else { return nil }
            self = .smime
        } else if root.mediaType.matches("text", "plain"), Self.isArmor(message[root.bodyRange]) {
            self = .inlinePGP
        } else {
            return nil
        }
    }

    private static func isParameter(_ name: StaticString, _ value: String, of type: MediaType) -> Bool {
        type.parameters[name].map { String(decoding: $0.raw, as: UTF8.self).lowercased() == value } ?? false
    }

    /// A SEQUENCE that starts with id-envelopedData (1.2.840.113549.1.7.3) or id-ct-authEnvelopedData (…1.9.16.1.23).
    private static func isEnvelope(_ der: [UInt8]) -> Bool {
        let types: [[UInt8]] = [
            [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03],
            [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x17],
        ]
        guard der.count > 2, der[0] == 0x30 else { return false }
        let length = der[1] < 0x80 ? 0 : Int(der[1] & 0x7F)
        return der.count > 2 + length && types.contains { der[(2 + length)...].starts(with: $0) }
    }

    /// Nothing but one armoured message: its fields, base64, a checksum.
    private static func isArmor(_ text: ArraySlice<UInt8>) -> Bool {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            var line = line
            while let last = line.last, last == 0x0D || last == 0x20 || last == 0x09 { line = line.dropLast() }
            return line
        }
        guard let first = lines.firstIndex(where: { !$0.isEmpty }), let last = lines.lastIndex(where: { !$0.isEmpty }),
            first < last, lines[first].elementsEqual("-----BEGIN PGP MESSAGE-----".utf8),
            lines[last].elementsEqual("-----END PGP MESSAGE-----".utf8)
        else { return false }
        var inner = lines[(first + 1)..<last]
        // RFC 9580 §6.2.2: fields with a colon, then an empty line; nobody's text hides in five short ones.
        let fields = inner.prefix { !$0.isEmpty }
        guard fields.count < inner.count, fields.count <= 5, fields.allSatisfy({ $0.count <= 100 }) else {
            return false
        }
        inner = inner.dropFirst(fields.count + 1)
        return !inner.isEmpty
            && inner.allSatisfy { line in line.count <= 78 && line.allSatisfy(\.isBase64) && !line.isEmpty }
            && startsWithSessionKey(inner)
    }

    /// RFC 9580 §10.3.2: an encrypted message starts with a session key, packet 1 or 3, in either form of packet header.
    private static func startsWithSessionKey(_ lines: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        guard let octet = lines.first.flatMap({ Base64Text.decode($0.prefix(4)) })?.first else { return false }
        guard octet & 0x80 != 0 else { return false }
        let tag = octet & 0x40 != 0 ? octet & 0x3F : (octet >> 2) & 0x0F
        return tag == 1 || tag == 3
    }
}

extension UInt8 {
    /// A digit of base64, or its padding.
    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
