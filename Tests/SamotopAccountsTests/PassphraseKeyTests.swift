import Testing

@testable import SamotopAccounts

@Suite("A key that comes of a passphrase") struct PassphraseKeyTests {
    private let cheap = PasswordHash.Cost(logarithm: 10) ?? .standard
    private let kept = "$scrypt-key$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$VmRgEnQX1g9O2a++E8p/AyJI3FwmKK42JGJ5o2gukE4"

    @Test("RFC 7914: 64 octets that another implementation made (N = 1024, r = 8, p = 1)")
    func vector() throws {
        let passphrase = try #require(PassphraseKey(kept))
        let key = try #require(passphrase.key(of: "correct horse battery"))
        #expect(
            key.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
                == "84a1962f6d96b5d19f21bc443c0674e814b66d6c982ae6482afca97c09583969")
        #expect(passphrase.key(of: "correct horse batterz") == nil)
        #expect(passphrase.key(of: "") == nil)
        #expect(passphrase.text == kept)
    }

    @Test("what is kept makes the same key again, and says neither key nor passphrase")
    func making() throws {
        let (first, key) = try #require(PassphraseKey.begin(with: "twelve letters", cost: cheap))
        let (second, other) = try #require(PassphraseKey.begin(with: "twelve letters", cost: cheap))
        #expect(key.count == PassphraseKey.length && key != other && first != second)
        #expect(try #require(PassphraseKey(first.text)).key(of: "twelve letters") == key)
        #expect(!"\(first)".contains("$"))
        // The first half of what scrypt makes is the key, and the text has the second half alone.
        let hash = try #require(PasswordHash(first.text.replacing("$scrypt-key$", with: "$scrypt$")))
        #expect(hash.hash != key && !hash.matches("twelve letters"))
        #expect(PassphraseKey.begin(with: "", cost: cheap) == nil)
        #expect(PassphraseKey.begin(with: String(repeating: "x", count: 1_025), cost: cheap) == nil)
    }

    @Test(
        "what isn't of the form isn't taken",
        arguments: [
            "", "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE",
            "$scrypt-key$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt-key$ln=31,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE",
        ])
    func refused(_ text: String) { #expect(PassphraseKey(text) == nil) }
}
