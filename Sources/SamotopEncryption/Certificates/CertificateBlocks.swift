import SMTP

/// A file of certificates in its pieces (RFC 7468), or one that is in DER.
enum CertificateBlocks {
    private static let begin = "-----BEGIN "
    private static let end = "-----END "
    private static let dashes = "-----"

    /// Which kind of key octets look like; nil: neither. What is read of them decides.
    ///
    /// - Throws: ``KeyProblem/mixed`` when there are keys of both kinds.
    static func kind(of octets: [UInt8]) throws(KeyProblem) -> KeyKind? {
        if isDER(octets) { return .certificate }
        let labels = lines(octets).compactMap { label($0, begin) }
        let kinds = Set(labels.map { $0.hasPrefix("PGP ") ? KeyKind.openPGP : .certificate })
        guard kinds.count <= 1 else { throw .mixed }
        return kinds.first
    }

    /// The certificates, each in DER. Text around them is passed over.
    ///
    /// - Throws: ``KeyProblem/secret`` when something secret is among them, ``KeyProblem/unreadable``, ``KeyProblem/tooMany``.
    static func split(_ octets: [UInt8]) throws(KeyProblem) -> [[UInt8]] {
        if isDER(octets) {
            guard !isSecret(octets) else { throw .secret }
            return [octets]
        }
        var found: [[UInt8]] = []
        var open: (label: String, digits: [UInt8])?
        for line in lines(octets) {
            if let label = label(line, begin) {
                guard !label.hasSuffix("PRIVATE KEY") else { throw .secret }
                // One without an end would be lost, and with it a reader of the mail.
                guard open == nil else { throw .unreadable }
                open = (label, [])
            } else if let label = label(line, end) {
                guard let block = open, block.label == label else { throw .unreadable }
                open = nil
                guard ["CERTIFICATE", "X509 CERTIFICATE"].contains(label) else { continue }
                guard let der = Base64Text.decode(block.digits), !der.isEmpty else { throw .unreadable }
                found.append(der)
                guard found.count <= RecipientKey.maximumKeys else { throw .tooMany }
            } else {
                open?.digits += line.filter { $0 != 0x20 && $0 != 0x09 }
            }
        }
        guard open == nil, !found.isEmpty else { throw .unreadable }
        return found
    }

    /// A certificate as text (RFC 7468 §5), with a line end behind it.
    static func text(_ der: [UInt8]) -> [UInt8] {
        var text = Array("\(begin)CERTIFICATE\(dashes)\n".utf8)
        var digits = Base64Text.encode(der)[...]
        while !digits.isEmpty {
            text += digits.prefix(64) + [0x0A]
            digits = digits.dropFirst(64)
        }
        return text + Array("\(end)CERTIFICATE\(dashes)\n".utf8)
    }

    /// A SEQUENCE, rather than text that begins with a zero: none that is meant here is so short that a letter could be its length, but for
    /// what is secret. An OpenPGP packet starts with a bit that no SEQUENCE has.
    private static func isDER(_ octets: [UInt8]) -> Bool {
        guard octets.count > 1, octets[0] == 0x30 else { return false }
        return octets[1] >= 0x80 || isSecret(octets)
    }

    /// A private key, or a PKCS #12 file that holds one, where both start with a version: a certificate starts with a SEQUENCE.
    private static func isSecret(_ der: [UInt8]) -> Bool {
        guard der.count > 1 else { return false }
        let length = der[1] < 0x80 ? 0 : Int(der[1] & 0x7F)
        return der.dropFirst(2 + length).first == 0x02
    }

    private static func lines(_ octets: [UInt8]) -> [ArraySlice<UInt8>] {
        octets.split { $0 == 0x0A || $0 == 0x0D }
    }

    /// What is between the dashes of a first or last line; nil: it is none.
    private static func label(_ line: ArraySlice<UInt8>, _ start: String) -> String? {
        guard line.first == 0x2D else { return nil }
        var text = String(decoding: line, as: UTF8.self)[...]
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        guard text.hasPrefix(start), text.hasSuffix(dashes), text.utf8.count > start.utf8.count + dashes.utf8.count
        else { return nil }
        return String(text.dropFirst(start.count).dropLast(dashes.count))
    }
}
