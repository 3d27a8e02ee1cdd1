import InternetMessage
import SMTP
import Testing

/// The Received cases of header-vectors-mailparser. What that set finds in the comments of single products (TLS, HELO,
/// ident, iprev) is not compared.
struct ReceivedVectorTests {
    struct Host: Decodable {
        let Name: String?
        let IpAddr: String?
    }

    struct Case: Decodable {
        struct Expected: Decodable {
            let from: Host?, by: Host?
            let with: String?, id: String?, for_: String?, via: String?, from_ip: String?
            let date: VectorDate?
        }
        let header: String
        let expected: Expected
    }

    static func cases() throws -> [Case] {
        try vectors("header-vectors-mailparser", "received.json", as: Case.self)
    }

    /// Compares one item, case and brackets ignored.
    static func differing(_ read: (Received) -> [UInt8]?, _ expected: (Case.Expected) -> String?) throws -> Set<Int> {
        differences(try cases()) { item in
            let found: String? = text(read(Received(fieldBody(item.header))))
            let bare = found?.lowercased().filter { $0 != "[" && $0 != "]" }.replacing("ipv6:", with: "")
            return bare == expected(item.expected)?.lowercased()
        }
    }

    @Test("from, by, via, id, for")
    func clauses() throws {
        // The set takes a name out of a comment or parts it at "/"; RFC 5321 §4.4: the word after the keyword.
        let from: Set = [107, 125, 151, 161, 162, 163, 165, 171]
        #expect(try Self.differing(\.from) { $0.from?.Name ?? $0.from?.IpAddr } == from)
        // "<server>", names with a comma behind, "by uid 7791" as a second by clause: the first word as written.
        let by: Set = [111, 117, 118, 123]
        #expect(try Self.differing(\.by) { $0.by?.Name ?? $0.by?.IpAddr } == by)
        #expect(try Self.differing(\.via, \.via).isEmpty)
        // RFC 5322 §3.2.3: "/" is atext; the set cuts the id there.
        #expect(try Self.differing(\.id, \.id) == [28, 29, 30])
        // 128 has its for clause behind the date, 153 says "for <address>".
        #expect(try Self.differing(\.recipient, \.for_) == [128, 153])
    }

    @Test("with")
    func with() throws {
        // The set translates "Microsoft SMTPSVC", "local-esmtp", "HTTPREST"… into its own short list, or drops what the
        // list lacks (mapi, NNFMP…). RFC 5321 §4.4 allows any registered or private atom: the word is given as written.
        let with: Set = [
            0, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 31, 32, 33, 71, 94, 95, 98, 113, 121, 123, 133, 136, 147,
            148,
            149, 156, 157, 167, 170, 175, 176, 177,
        ]
        #expect(try Self.differing(\.with, \.with) == with)
    }

    @Test("the client's address")
    func address() throws {
        // RFC 5321 §4.4: TCP-info has an address literal in brackets, without a port; the set looks for any address.
        let unbracketed: Set = [
            24, 26, 27, 28, 29, 30, 46, 58, 59, 60, 61, 66, 72, 75, 84, 85, 89, 90, 101, 102, 110, 117, 118, 128, 148,
            156,
            161,
        ]
        // ::ffff:127.0.0.1 is the same address in the form of RFC 5952.
        let otherForm: Set = [78, 80]
        // "(account nazgul HELO [192.168.1.104])": the set does not count it.
        let extra: Set = [98]
        let expected = unbracketed.union(otherForm).union(extra)
        let differing = try Self.differing({ $0.clientAddress?.bytes }, \.from_ip)
        tally("header-vectors-mailparser received, address", count: 181, differing: differing, known: expected)
        #expect(differing == expected)
    }

    @Test("date")
    func date() throws {
        let cases = try Self.cases()
        let differing = differences(cases) { item in
            let date = Received(fieldBody(item.header)).date
            return item.expected.date?.equals(date) ?? (date == nil)
        }
        let reasons: [Int: String] = [
            13: "RFC 5322 §3.3: not the order of asctime", 117: "the same", 118: "the same", 151: "the same",
            67: "RFC 5322 §4.3: PST is -0800, PDT -0700; the set has 0", 163: "the same",
            89: "RFC 5322 §4.3: the year 03 is 2003, 04 is 2004; the set has 1903", 90: "the same",
            119: "RFC 5322 §3.3: nothing but comments after the zone", 128: "the same",
            138: "RFC 5322 §3.3: no _ before the date", 144: "RFC 5322 §3.3: no fractions of a second",
        ]
        tally(
            "header-vectors-mailparser received, date", count: cases.count, differing: differing,
            known: Set(reasons.keys))
        #expect(differing == Set(reasons.keys))
        #expect(cases.count == 181)
    }
}
