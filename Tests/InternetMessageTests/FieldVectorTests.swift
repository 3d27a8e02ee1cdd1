import InternetMessage
import SMTP
import Testing

/// The date, id, list and unstructured cases of header-vectors-mailparser, and the cases of smtp-syntax-mox. Each test
/// names the cases, by their place in the file, where this reader differs on purpose.
struct FieldVectorTests {
    struct DateCase: Decodable { let header: String; let expected: VectorDate? }
    struct ListCase: Decodable { let header: String; let expected: [String]? }
    struct TextCase: Decodable { let header: String; let expected: String }
    struct FromCase: Decodable { let headers: String; let from: String? }
    struct MessageIDCase: Decodable { let input: String; let id: String? }

    @Test("date.json")
    func dates() throws {
        let cases = try vectors("header-vectors-mailparser", "date.json", as: DateCase.self)
        let differing = differences(cases) { item in
            let date = InternetDate(fieldBody(item.header))
            return item.expected?.equals(date) ?? (date == nil)
        }
        let reasons: [Int: String] = [
            10: "RFC 5322 §3.3: a month is a name, not a number",
            12: "RFC 5322 §3.3: a list of numbers is no date-time",
            28: "a whole Received field; ReceivedVectorTests reads such dates",
            30: "RFC 5322 §4.3: a zone it does not list is -0000, EST5EDT too",
        ]
        tally("header-vectors-mailparser date", count: cases.count, differing: differing, known: Set(reasons.keys))
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 40)
    }

    @Test("id.json")
    func ids() throws {
        let cases = try vectors("header-vectors-mailparser", "id.json", as: ListCase.self)
        let differing = differences(cases) { item in
            MessageID.all(in: fieldBody(item.header)).map { text($0.bytes) } == item.expected ?? []
        }
        let reasons: [Int: String] = [
            6: "RFC 5322 §4.5.4: CFWS in an obsolete msg-id is no part of it",
            8: "RFC 5322 §3.6.4: a msg-id has angle brackets", 9: "the same", 10: "the same",
        ]
        tally("header-vectors-mailparser id", count: cases.count, differing: differing, known: Set(reasons.keys))
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 11)
    }

    @Test("list.json")
    func keywords() throws {
        let cases = try vectors("header-vectors-mailparser", "list.json", as: ListCase.self)
        let differing = differences(cases) { item in
            Keywords(fieldBody(item.header)).phrases.map { text($0) } == item.expected ?? []
        }
        let reasons: [Int: String] = [3: "RFC 2047 §2: no white space in an encoded-word"]
        tally("header-vectors-mailparser list", count: cases.count, differing: differing, known: Set(reasons.keys))
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 7)
    }

    @Test("unstructured.json")
    func unstructured() throws {
        let cases = try vectors("header-vectors-mailparser", "unstructured.json", as: TextCase.self)
        let differing = differences(cases) { item in
            text(DisplayText.decode(fieldBody(item.header))) == item.expected
        }
        let reasons: [Int: String] = [
            5: "RFC 2047 §2: no white space in an encoded-word", 24: "the same", 25: "the same", 26: "the same",
            27: "the same", 28: "the same",
            21: "RFC 2047 §5: white space stands between an encoded-word and text", 22: "the same", 23: "the same",
        ]
        tally("header-vectors-mailparser text", count: cases.count, differing: differing, known: Set(reasons.keys))
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 30)
    }

    @Test("from-header.json")
    func fromHeader() throws {
        let cases = try vectors("smtp-syntax-mox", "from-header.json", as: FromCase.self)
        let differing = differences(cases) { item in
            let author = try? Author.identity(in: HeaderSection(wire(item.headers + "\n")))
            return text(author?.mailbox.bytes) == item.from
        }
        #expect(differing.isEmpty)
        #expect(cases.count == 7)
    }

    @Test("message-id.json (its ids are in lower case)")
    func messageID() throws {
        let cases = try vectors("smtp-syntax-mox", "message-id.json", as: MessageIDCase.self)
        let differing = differences(cases) { item in
            text(MessageID(bytes(item.input))?.bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }) == item.id
        }
        let reasons: [Int: String] = [
            8: "RFC 5322 §3.6.4: one msg-id and nothing after it", 9: "RFC 5322 §3.6.4: one @",
            10: "RFC 5322 §3.6.4: id-left @ id-right",
        ]
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 11)
    }
}
