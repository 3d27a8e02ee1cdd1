import Foundation
import InternetMessage
import Testing

/// The messages of mime-python, mime-rubymail and mime-haraka, and what another reader finds in them: the email package of
/// CPython. Each set lists where this reader differs on purpose.
struct StructureSuiteTests {
    struct Case: Decodable {
        struct Part: Decodable {
            let depth: Int
            let type: String
            let crc: UInt32?
            let length: Int?
        }
        let file: String
        let parts: [Part]
    }

    /// What differs, in words; nil when nothing does.
    static func difference(_ set: String, _ item: Case) throws -> String? {
        let message = MIMEMessage(try octets(set, item.file))
        guard message.entities.count == item.parts.count else {
            return "\(message.entities.count) parts, not \(item.parts.count)"
        }
        for (index, (entity, expected)) in zip(message.entities, item.parts).enumerated() {
            if entity.depth != expected.depth { return "part \(index): depth" }
            if text(entity.mediaType.name) != expected.type {
                return "part \(index): \(text(entity.mediaType.name)), not \(expected.type)"
            }
            guard let crc = expected.crc, let length = expected.length else { continue }
            let content = withoutReturns(message.content(of: entity).bytes)
            if content.count != length { return "part \(index): \(content.count) octets, not \(length)" }
            if crc32(content) != crc { return "part \(index): other octets" }
        }
        return nil
    }

    static let noField =
        "RFC 5322 §2.1: the header goes on to the empty line, over a line that is no field (and there is a finding)"
    static let reused =
        "RFC 2046 §5.1.2: a boundary that is used twice belongs to the inner multipart (and there is a finding)"

    static func run(_ set: String, known: [String: String]) throws {
        let cases = try vectors(set, "expected.json", as: Case.self)
        var differing: [String: String] = [:]
        for item in cases { differing[item.file] = try difference(set, item) }
        report(set, count: cases.count, differing: differing, known: known)
    }

    @Test("mime-python")
    func python() throws {
        try Self.run(
            "mime-python",
            known: [
                "msg_15.txt": Self.reused, "msg_39.txt": Self.reused,
                "msg_19.txt": Self.noField, "msg_35.txt": Self.noField, "msg_38.txt": Self.noField,
                "msg_36.txt": "RFC 2046 §5.2.3: a message/external-body holds the fields of a body that is not there",
                "msg_37.txt": "RFC 2046 §5.1.1, body-part: a part may be empty",
            ])
    }

    @Test("mime-rubymail")
    func rubyMail() throws {
        try Self.run(
            "mime-rubymail",
            known: [
                "attachment_emails/attachment_message_rfc822_inline_image.eml":
                    "RFC 2045 §6.7 (3): white space at the end of a line is not content",
                "mime_emails/raw_email4.eml":
                    "RFC 2046 §5.1.1: without a delimiter behind it the last line end is of the body",
                "plain_emails/raw_email_incorrect_header.eml": Self.noField, "rfc2822/example13.eml": Self.noField,
            ])
    }

    @Test("mime-haraka")
    func haraka() throws {
        try Self.run(
            "mime-haraka",
            known: [
                "todo_qfile.txt": Self.noField
            ])
    }

    /// ISO 3309, by the bit.
    static func crc32(_ octets: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in octets {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
