import InternetMessage
import SMTP

/// A message that carries a key: attached, or in its text.
enum KeyMessage {
    /// Octets of a message that is looked at: a key in base64, and some text.
    static let maximumOctets = 1 << 20
    private static let armor = Array("-----BEGIN PGP ".utf8)
    private static let limits = MIMELimits(maximumDepth: 10, maximumParts: 100)

    /// The octets of the first part that is or holds a key (RFC 3156 §7), transfer encoding undone; it may be a secret one.
    static func key(in octets: [UInt8]) -> [UInt8]? {
        let message = MIMEMessage(octets, limits: limits)
        let contents = message.entities.lazy.filter { !$0.isMultipart }.map { entity in
            (
                isKey: entity.mediaType.matches("application", "pgp-keys"),
                octets: message.content(of: entity, limit: RecipientKey.maximumOctets + 1).bytes
            )
        }
        return contents.first { $0.isKey || holdsKey($0.octets) }?.octets
    }

    private static func holdsKey(_ octets: [UInt8]) -> Bool {
        let blocks = ["PUBLIC KEY BLOCK-----", "PRIVATE KEY BLOCK-----"].map { armor + Array($0.utf8) }
        return octets.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).contains { line in
            blocks.contains { line.starts(with: $0) }
        }
    }
}
