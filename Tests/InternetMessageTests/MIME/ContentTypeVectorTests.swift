import InternetMessage
import Testing

/// The content-type cases of header-vectors-mailparser, and where this reader differs on purpose. What has no `/` there is
/// a Content-Disposition.
struct ContentTypeVectorTests {
    struct Case: Decodable {
        struct Expected: Decodable {
            let c_type: String
            let c_subtype: String?
            let attributes: [[String]]?
        }
        let header: String
        let expected: Expected?
    }

    static func agrees(_ item: Case) -> Bool {
        let body = fieldBody(item.header)
        guard let expected = item.expected else { return MediaType(body) == nil }
        let parameters: MIMEParameters
        if let subtype = expected.c_subtype {
            guard let type = MediaType(body) else { return false }
            guard text(type.name) == "\(expected.c_type)/\(subtype)".lowercased() else { return false }
            parameters = type.parameters
        } else {
            guard let disposition = ContentDisposition(body), text(disposition.type) == expected.c_type else {
                return false
            }
            parameters = disposition.parameters
        }
        var wanted = Dictionary(uniqueKeysWithValues: (expected.attributes ?? []).map { ($0[0], $0[1]) })
        for parameter in parameters.all {
            guard wanted.removeValue(forKey: text(parameter.name)) == text(parameter.value) else { return false }
            let language = wanted.removeValue(forKey: text(parameter.name) + "-language")
            if language != text(parameter.language) { return false }
        }
        return wanted.isEmpty
    }

    @Test("content_type.json")
    func contentTypes() throws {
        let cases = try vectors("header-vectors-mailparser", "content_type.json", as: Case.self)
        let differing = differences(cases, agrees: Self.agrees)
        let reasons: [Int: String] = [
            31: "RFC 2231 §4.1: only the first piece begins with a charset",
            34: "RFC 2047 §6.2: white space between encoded-words is not shown",
            39: "RFC 2045 §5.1: a type has a subtype", 67: "the same", 68: "the same", 69: "the same",
            59: "a NUL is shown as U+FFFD",
            61: "RFC 2231 §7: 3** and the like are names of no kind it has",
        ]
        for index in differing.subtracting(reasons.keys).sorted() {
            Issue.record("\(index): \(cases[index].header) \(String(describing: cases[index].expected))")
        }
        #expect(differing == Set(reasons.keys))
        tally(
            "header-vectors-mailparser content-type", count: cases.count, differing: differing, known: Set(reasons.keys)
        )
        #expect(cases.count == 103)
    }
}
