import Foundation
import InternetMessage
import Testing

/// The messages of mime-mailparser and the whole trees that mail-parser makes of them: parts, types, places of the bodies,
/// decoded text and content, all with LF. Below stands where this reader differs on purpose.
struct MailparserSuiteTests {
    static let folders = ["rfc", "legacy", "malformed", "thirdparty"]

    /// What differs, in words; nil when nothing does.
    static func difference(_ octets: [UInt8], _ expected: MailparserCase) -> String? {
        let message = MIMEMessage(octets)
        let entities = expected.entities
        guard message.entities.count == entities.count else {
            return "\(message.entities.count) parts, not \(entities.count)"
        }
        for (index, (entity, other)) in zip(message.entities, entities).enumerated() {
            if entity.depth != other.depth { return "part \(index): depth" }
            if let type = other.part.type, text(entity.mediaType.name) != type {
                return "part \(index): \(text(entity.mediaType.name)), not \(type)"
            }
            if entity.bodyRange != other.part.offset_body..<max(other.part.offset_body, other.part.offset_end) {
                return "part \(index): \(entity.bodyRange), not \(other.part.offset_body)..<\(other.part.offset_end)"
            }
            if let content = other.part.body.Binary ?? other.part.body.InlineBinary,
                message.content(of: entity).bytes != content
            {
                return "part \(index): other content"
            }
            if let expected = other.part.body.Text ?? other.part.body.Html,
                text(message.sourceText(of: entity)) != expected
            {
                return "part \(index): other text"
            }
        }
        return nil
    }

    @Test("mime-mailparser")
    func trees() throws {
        var differing: [String: String] = [:]
        var count = 0
        for folder in Self.folders {
            let files = try FileManager.default.contentsOfDirectory(
                at: resourceFolder("mime-mailparser/\(folder)"), includingPropertiesForKeys: nil)
            for file in files where file.pathExtension == "eml" {
                let json = try Data(contentsOf: file.deletingPathExtension().appendingPathExtension("json"))
                let expected = try JSONDecoder().decode(MailparserCase.self, from: json)
                let name = "\(folder)/\(file.deletingPathExtension().lastPathComponent)"
                differing[name] = Self.difference(Array(try Data(contentsOf: file)).filter { $0 != 0x0D }, expected)
                count += 1
            }
        }
        report("mime-mailparser", count: count, differing: differing, known: Self.contradictions)
        #expect(count == 107)
    }

    static let contradictions = [
        "legacy/017": uuencode, "legacy/026": uuencode, "legacy/048": uuencode,
        "malformed/001": prefix, "malformed/004": prefix, "malformed/008": prefix, "malformed/016": prefix,
        "malformed/007":
            "RFC 2046 §5.1.1: the line --ab is no delimiter of a; and of two Content-Type the first counts",
        "malformed/000": emptyPart, "malformed/013": emptyPart, "malformed/014": emptyPart,
        "malformed/009": outer, "malformed/011": outer, "malformed/012": outer, "malformed/021": outer,
        "thirdparty/015": outer,
        "malformed/019": "RFC 2045 §4.1: US-ASCII has no octets over 127; they are U+FFFD, not Latin-1",
        "malformed/020": "of two Content-Type the first counts: this is a multipart",
        "malformed/022": "RFC 2046 §5.2.1: a message/rfc822 holds a message, though its header is broken",
        "rfc/000": base64, "thirdparty/002": base64,
        "rfc/008": "RFC 2046 §5.2.1: an encoded message/rfc822 stays opaque",
        "thirdparty/005": "RFC 2046 §5.1.1: a delimiter stands at the start of a line",
    ]

    static let prefix =
        "RFC 2046 §5.1.1, dash-boundary: nothing but padding stands behind a boundary (and there is a finding)"
    static let emptyPart = "RFC 2046 §5.1.1, body-part: a part may be empty"
    static let outer = "RFC 2046 §5.1.2: a delimiter of an outer multipart ends an inner one"
    static let base64 = "RFC 2045 §6.8: octets outside the alphabet are passed over, the rest is decoded"
    static let uuencode = "x-uuencode is decoded"
}
