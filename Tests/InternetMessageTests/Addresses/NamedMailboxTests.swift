import Foundation
import InternetMessage
import SMTP
import Testing

@Suite struct NamedMailboxTests {
    @Test("RFC 5322 §3.4: one mailbox of a text, and its text again")
    func text() throws {
        for (given, expected) in [
            ("ann@example.org", "ann@example.org"), ("<ann@example.org>", "ann@example.org"),
            ("Ann Example <ann@example.org>", "Ann Example <ann@example.org>"),
            ("\"Example, Ann\" <ann@example.org>", "\"Example, Ann\" <ann@example.org>"),
            ("J. Doe <j@d.test>", "\"J. Doe\" <j@d.test>"), ("Zoë <zoë@bücher.test>", "Zoë <zoë@bücher.test>"),
            ("=?utf-8?q?Zo=C3=AB?= <z@d.test>", "Zoë <z@d.test>"), ("\"a b\"@d.test (Ann)", "\"a b\"@d.test"),
            ("\"\" <a@d.test>", "a@d.test"), ("\"=?utf-8?q?x?=\" <a@d.test>", "\"=?utf-8?q?x?=\" <a@d.test>"),
            ("\" \" <a@d.test>", "\" \" <a@d.test>"), ("<@r.test:a@[192.0.2.1]>", "a@[192.0.2.1]"),
        ] {
            let mailbox = try NamedMailbox(given)
            #expect(String(decoding: mailbox.bytes, as: UTF8.self) == expected)
            #expect(try NamedMailbox(expected).bytes == mailbox.bytes)
        }
        for wrong in [
            "", "ann", "a@b.test, c@d.test", "G: a@b.test;", "G:;", "<>", "a@b.test\n", "a@b.test\0", "a@b.test,",
        ] {
            if wrong == "a@b.test," { continue }
            #expect(throws: AddressSyntaxError.self, "\(wrong)") { try NamedMailbox(wrong) }
        }
    }

    @Test("lists and groups as text again")
    func lists() throws {
        let body = "Ann <a@b.test>, \"Friends, old\": c@d.test, \"D. E.\" <e@f.test>;, Nobody:;, g@h.test"
        let list = try AddressList(Array(body.utf8))
        #expect(String(decoding: list.bytes, as: UTF8.self) == body)
        #expect(try AddressList(list.bytes).bytes == list.bytes)
        #expect(AddressList([]).bytes.isEmpty)
        #expect(AddressList(list.addresses) == list)
    }

    @Test("Codable: one string in the form of the RFC, checked when it comes back")
    func codable() throws {
        struct Kept: Codable, Equatable {
            var mailbox: Mailbox
            var path: ReversePath
            var null: ReversePath
            var named: NamedMailbox
        }
        let mailbox = try #require(Mailbox("\"a b\"@bücher.test"))
        let kept = Kept(
            mailbox: mailbox, path: .mailbox(mailbox), null: .null,
            named: NamedMailbox(mailbox, name: DisplayName("Example, Ann")))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(kept)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"mailbox":"\"a b\"@bücher.test","named":"\"Example, Ann\" <\"a b\"@bücher.test>","null":"<>","path":"<\"a b\"@bücher.test>"}"#
        )
        #expect(try JSONDecoder().decode(Kept.self, from: data) == kept)
        for wrong in ["", "a", "a@b.test\r\n", "<a@b.test>", "a@b.test>"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([Mailbox].self, from: JSONEncoder().encode([wrong]))
            }
        }
        for wrong in ["", "a@b.test", "<a@b.test", "<<>>", "<a@b.test>\n", "<@x.test:a@b.test>"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([ReversePath].self, from: JSONEncoder().encode([wrong]))
            }
        }
        for wrong in ["", "a", "a@b.test, c@d.test", "A\n <a@b.test>"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([NamedMailbox].self, from: JSONEncoder().encode([wrong]))
            }
        }
    }
}
