import InternetMessage
import SMTP

/// What of a header section stays readable outside the encryption: a header confidentiality policy of RFC 9788 §3.
///
/// Stricter than the `hcp_shy` there, since here nobody but the mailbox's own programs reads it: of addresses no names and
/// comments stay, of the date no time zone, of identifiers no comments. Fields that aren't listed are inside only; the subject
/// is `[...]`.
struct OuterHeader {
    /// The fields that stay, with their line ends.
    let fields: [HeaderField]

    private static let addressFields = ["From", "Sender", "Reply-To", "To", "Cc"].compactMap(name)
    private static let identifierFields = ["Message-ID", "In-Reply-To", "References"].compactMap(name)
    /// RFC 3834 §5.2: who answers by itself must know what not to answer.
    private static let automatic = name("Auto-Submitted")
    private static let maximumAddresses = 1_000
    private static let maximumIdentifiers = 100

    init(_ header: HeaderSection) {
        var fields: [HeaderField] = []
        for name in Self.addressFields {
            guard let field = header.fields(named: name).first,
                let list = try? AddressList(field.unfoldedBody, maximumAddresses: Self.maximumAddresses)
            else { continue }
            fields += Self.field(name, list.mailboxes.map(\.mailbox.bytes), separator: ",")
        }
        if let date = header.fields(named: .date).first.flatMap({ InternetDate($0.unfoldedBody) }) {
            fields += Self.field(.date, [InternetDate(secondsSince1970: date.secondsSince1970).bytes], separator: "")
        }
        for name in Self.identifierFields {
            let found = header.fields(named: name).first.map { MessageID.all(in: $0.unfoldedBody) } ?? []
            let ids = found.suffix(name == .messageID ? 1 : Self.maximumIdentifiers)
            fields += Self.field(name, ids.map { Array("<".utf8) + $0.bytes + Array(">".utf8) }, separator: "")
        }
        if let name = Self.automatic, let field = header.fields(named: name).first {
            let word = field.unfoldedBody.prefix { $0 == 0x2D || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
            fields += Self.field(name, word.isEmpty ? [] : [Array(word)], separator: "")
        }
        fields += Self.field(.subject, [Array("[...]".utf8)], separator: "")
        self.fields = fields
    }

    private static func name(_ text: String) -> HeaderFieldName? { HeaderFieldName(Array(text.utf8)) }

    /// One item on each line when there are several; nothing without items.
    private static func field(_ name: HeaderFieldName, _ items: [[UInt8]], separator: String) -> [HeaderField] {
        guard !items.isEmpty else { return [] }
        let body = items.joined(separator: Array("\(separator)\r\n ".utf8))
        return HeaderField(name: name, body: Array(body)).map { [$0] } ?? []
    }
}
