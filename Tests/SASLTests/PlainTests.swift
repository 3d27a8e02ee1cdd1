import Testing

@testable import SASL

@Suite("PLAIN, and passwords in one form") struct PlainTests {
    @Test("RFC 4616 §4: with and without an identity to act as")
    func examples() throws {
        let plain = try PlainMessage(Array("\0tim\0tanstaaftanstaaf".utf8))
        #expect(plain.name == "tim" && plain.authorizing.isEmpty && plain.password == "tanstaaftanstaaf")
        let other = try PlainMessage(Array("Ursel\0Kurt\0xipj3plmq".utf8))
        #expect(other.name == "Kurt" && other.authorizing == "Ursel")
        #expect("\(other)" == "PlainMessage")
    }

    @Test(
        "U07: missing and additional NULs, nobody, no password, controls, no UTF-8",
        arguments: [
            "", "\0", "tim", "tim\0pass", "\0tim\0", "\0\0pass", "\0tim\0pa\0ss", "\0tim\0pa\nss", "\0t\nim\0pass",
            "a\rb\0tim\0pass",
        ]) func malformed(_ message: String)
    {
        #expect(throws: SASLFailure.malformed) { try PlainMessage(Array(message.utf8)) }
    }

    @Test("U10: a password of a megabyte is refused unread; no UTF-8 is no password")
    func long() {
        #expect(throws: SASLFailure.malformed) {
            try PlainMessage(Array("\0tim\0".utf8) + Array(repeating: 0x61, count: 1 << 20))
        }
        #expect(throws: SASLFailure.malformed) { try PlainMessage(Array("\0tim\0".utf8) + [0xFF]) }
        #expect(throws: SASLFailure.malformed) { try PlainMessage(name: [0xC0], password: [0x61]) }
    }

    @Test("RFC 8265 §4.3: spaces, composed and decomposed letters, capitals as they are")
    func prepared() {
        #expect(OpaqueString.prepare("Correct Horse Battery Staple") == "Correct Horse Battery Staple")
        #expect(OpaqueString.prepare("foo\u{1680}bar") == "foo bar")
        #expect(
            OpaqueString.prepare("e\u{301}").map { Array($0.unicodeScalars) } == Array("\u{E9}".unicodeScalars))
        #expect(OpaqueString.prepare("\u{3C0}\u{DF}\u{E5}") == "\u{3C0}\u{DF}\u{E5}")
        #expect(OpaqueString.prepare("") == nil)
        #expect(OpaqueString.prepare("my cat is a \u{9}by") == nil)
    }
}
