import InternetMessage

/// A message encrypted to its recipient as PGP/MIME (RFC 3156 §4) or as S/MIME (RFC 8551 §3.4), with its header protected (RFC 9788).
public struct SealedMessage: Sendable {
    /// The outer message, octet for octet, lines ending with CRLF.
    public let octets: [UInt8]

    /// Nil: its author has encrypted the message already, and it stays as it is.
    ///
    /// Blocks for the time of the encryption.
    ///
    /// - Parameters:
    ///   - message: header section and body, lines ending with CRLF.
    ///   - keeping: fields on top, with their line ends, that stay readable in front of all: our own trace fields.
    ///   - seconds: the moment, since 1970.
    public init?(
        _ message: [UInt8], keeping trace: [UInt8] = [], for recipient: any EncryptionRecipient, at seconds: Int64
    ) throws(EncryptionError) {
        guard EncryptedForm(message) == nil else { return nil }
        let header = HeaderSection(message)
        let outer = OuterHeader(header)
        let payload = ProtectedPayload(message, header: header, outer: outer)
        let encrypted = try recipient.encrypt(payload.octets, at: seconds)
        let fields = trace + outer.fields.flatMap(\.octets) + Array("MIME-Version: 1.0\r\n".utf8)
        switch recipient.kind {
        case .openPGP: octets = Self.pgpMIME(fields, encrypted)
        case .certificate: octets = Self.smime(fields, encrypted)
        }
    }

    private static func pgpMIME(_ fields: [UInt8], _ armored: [UInt8]) -> [UInt8] {
        // No line of armour holds a space, so that this can't occur in it.
        let boundary = "sealed-" + String(UInt64.random(in: .min ... .max), radix: 36)
        var octets: [UInt8] = []
        octets.reserveCapacity(fields.count + armored.count + 2_048)
        octets += fields
        octets += Array(
            """
            Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r
             boundary="\(boundary)"\r
            \r
            --\(boundary)\r
            Content-Type: application/pgp-encrypted\r
            Content-Description: PGP/MIME version identification\r
            \r
            Version: 1\r
            \r
            --\(boundary)\r
            Content-Type: application/octet-stream; name="encrypted.asc"\r
            Content-Description: OpenPGP encrypted message\r
            Content-Disposition: inline; filename="encrypted.asc"\r
            \r

            """.utf8)
        octets += armored
        if armored.last != 0x0A { octets += [0x0D, 0x0A] }
        octets += Array("\r\n--\(boundary)--\r\n".utf8)
        return octets
    }

    /// RFC 8551 §3.2: one part in base64, whose name tells programs without the media type what it is.
    private static func smime(_ fields: [UInt8], _ der: [UInt8]) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(fields.count + Base64Writer.encodedLength(der.count) + 512)
        octets += fields
        octets += Array(
            """
            Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data;\r
             name=smime.p7m\r
            Content-Transfer-Encoding: base64\r
            Content-Disposition: attachment; filename=smime.p7m\r
            Content-Description: S/MIME encrypted message\r
            \r

            """.utf8)
        Base64Writer.append(linesOf: der, to: &octets)
        octets += [0x0D, 0x0A]
        return octets
    }
}
