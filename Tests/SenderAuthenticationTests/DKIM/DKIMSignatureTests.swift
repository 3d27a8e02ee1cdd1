import InternetMessage
import NameResolution
import Testing

@testable import SenderAuthentication

struct DKIMSignatureTests {
    struct Case: Decodable {
        let header: String
        let smtputf8: Bool
        let valid: Bool
    }

    @Test("dkim-mox: signatures")
    func vectors() throws {
        let cases = try #require(SignatureVectors.decode("dkim-mox", "signature-parse.json", as: [Case].self))
        #expect(cases.count == 18)
        let different = cases.indices.filter { index in
            let fields = HeaderSection(octets(cases[index].header)).fields(named: .dkimSignature)
            let signature = fields.first.flatMap { try? DKIMSignature($0.body) }
            return (signature != nil) != cases[index].valid
        }
        tally("dkim-mox signatures", count: cases.count, differing: different.count, known: 1)
        // RFC 8616 §4: U-labels in i= belong to internationalized messages; a field alone doesn't tell whether it is in
        // one.
        #expect(different == [2])
    }

    static let valid = "v=1; a=rsa-sha256; d=example.org; s=sel; h=from:to; bh=\(hash); b=QUJDREVGR0hJSktM"
    static let hash = "LjkN2rUhrS3zKXfH2vNgUzz5ERRJkgP9CURXBX0JP0Q="

    private static func read(_ text: String) throws -> DKIMSignature { try DKIMSignature(octets(text)) }

    /// What is wrong with the valid one after a replacement.
    private static func failure(_ old: String, _ new: String) -> DKIMSignature.Failure.Kind? {
        do {
            _ = try read(valid.replacing(old, with: new))
            return nil
        } catch let failure as DKIMSignature.Failure {
            return failure.kind
        } catch {
            return .syntax
        }
    }

    @Test("RFC 6376 §3.5: defaults")
    func defaults() throws {
        let signature = try Self.read(Self.valid)
        #expect(signature.algorithm == .rsaSHA256)
        #expect(signature.domain.text == "example.org")
        #expect(signature.selector.text == "sel")
        #expect(signature.keyName?.text == "sel._domainkey.example.org")
        #expect(signature.headerCanonicalization == .simple)
        #expect(signature.bodyCanonicalization == .simple)
        #expect(signature.identity == nil)
        #expect(signature.identityDomain == signature.domain)
        #expect(signature.signedNames.map(string) == ["from", "to"])
        #expect(signature.bodyLength == nil && signature.timestamp == nil && signature.expiration == nil)
        #expect(string(signature.signature) == "ABCDEFGHIJKL")
    }

    @Test("RFC 6376 §3.5: all tags")
    func allTags() throws {
        let signature = try Self.read(
            "v=1; a=ed25519-sha256; c=relaxed/simple; d=example.org; i=joe=20doe=3B@x.EXAMPLE.org; l=12; q=http:dns/txt;"
                + " s=a.b; t=1000; x=2000; z=From:me|To:you; h= From :\r\n to:; bh=\(Self.hash); b=QU\r\n JD; new=tag")
        #expect(signature.algorithm == .ed25519SHA256)
        #expect(signature.headerCanonicalization == .relaxed)
        #expect(signature.bodyCanonicalization == .simple)
        #expect(signature.identity.map(string) == "joe doe;@x.EXAMPLE.org")
        #expect(signature.identityDomain.text == "x.EXAMPLE.org")
        #expect(signature.bodyLength == 12)
        #expect(signature.timestamp == 1_000 && signature.expiration == 2_000)
        #expect(signature.signedNames.map(string) == ["From", "to", ""])
        #expect(signature.copiedFields.map(string) == "From:me|To:you")
        #expect(string(signature.signatureText) == "QUJD")
        #expect(try Self.read(Self.valid + "; c=relaxed").bodyCanonicalization == .simple)
        #expect(try Self.read(Self.valid + "; l=\(String(repeating: "9", count: 76))").bodyLength == .max)
        #expect(try Self.read(Self.valid + "; l=0").bodyLength == 0)
    }

    @Test("Every tag that must be there")
    func missing() {
        for (tag, value) in [
            ("v", "1"), ("a", "rsa-sha256"), ("d", "example.org"), ("s", "sel"), ("h", "from:to"), ("bh", Self.hash),
            ("b", "QUJDREVGR0hJSktM"),
        ] {
            #expect(Self.failure("\(tag)=\(value)", "x\(tag)=\(value)") == .missingTag(tag))
        }
    }

    @Test("Values that are wrong")
    func wrong() {
        #expect(Self.failure("v=1", "v=2") == .version)
        #expect(Self.failure("v=1", "v=01") == .version)
        #expect(Self.failure("v=1", "v=1; v=1") == .duplicateTag)
        #expect(Self.failure("rsa-sha256", "rsa-sha257") == .unknownAlgorithm)
        #expect(Self.failure("rsa-sha256", "dsa-sha256") == .unknownAlgorithm)
        #expect(Self.failure("from:to", "to:cc") == .fromNotSigned)
        #expect(Self.failure("from:to", "") == .fromNotSigned)
        #expect(Self.failure("from:to", "x-from") == .fromNotSigned)
        #expect(Self.failure("from:to", "FROM") == nil)
        #expect(Self.failure(Self.hash, "QUJD") == .invalidTag("bh"))
        #expect(Self.failure(Self.hash, "*") == .invalidTag("bh"))
        #expect(Self.failure("QUJDREVGR0hJSktM", "") == .invalidTag("b"))
        #expect(Self.failure("QUJDREVGR0hJSktM", "a_b") == .invalidTag("b"))
        for value in ["bogus", "relaxed/bogus", "simple/", "/simple", "simple/simple/simple", ""] {
            #expect(Self.failure("s=sel", "s=sel; c=\(value)") == .invalidTag("c"), "\(value)")
        }
        for value in ["-1", "1.5", "", "1234567890123", "0x1", "١"] {
            #expect(Self.failure("s=sel", "s=sel; t=\(value)") == .invalidTag("t"), "\(value)")
            #expect(Self.failure("s=sel", "s=sel; x=\(value)") == .invalidTag("x"), "\(value)")
        }
        #expect(Self.failure("s=sel", "s=sel; t=5; x=5") == .expiresBeforeSigning)
        #expect(Self.failure("s=sel", "s=sel; l=-1") == .invalidTag("l"))
        #expect(Self.failure("s=sel", "s=sel; l=\(String(repeating: "1", count: 77))") == .invalidTag("l"))
        #expect(Self.failure("s=sel", "s=sel; q=http") == .unknownQueryMethod)
        #expect(Self.failure("s=sel", "s=sel; q=dns/special") == .unknownQueryMethod)
        #expect(Self.failure("s=sel", "s=sel; q=dns/txt") == nil)
        for value in [
            "joe", "joe@", "@", "joe=4@example.org", "joe=zz@example.org", "@example.org.", "=00@example.org",
        ] {
            #expect(Self.failure("s=sel", "s=sel; i=\(value)") == .invalidTag("i"), "\(value)")
        }
        for value in ["@other.org", "@org", "@notexample.org", "@example.org.evil.test"] {
            #expect(Self.failure("s=sel", "s=sel; i=\(value)") == .foreignIdentity, "\(value)")
        }
    }

    @Test("RFC 8616 §4: U-labels in d=, s= and i= are the A-labels that they stand for")
    func internationalized() throws {
        let signature = try Self.read(
            Self.valid.replacing("example.org", with: "bücher.example").replacing("s=sel", with: "s=schlüssel")
                + "; i=jürgen@post.bücher.example")
        #expect(signature.domain.text == "xn--bcher-kva.example")
        #expect(signature.keyName?.text == "xn--schlssel-95a._domainkey.xn--bcher-kva.example")
        #expect(signature.identityDomain.text == "post.xn--bcher-kva.example")
        #expect(signature.identity.map(string) == "jürgen@post.bücher.example")
    }

    @Test(
        "M03: a NUL in d= or s= makes the signature invalid, whatever stands around it",
        arguments: [
            "sel._domainkey.evil.test.\0.any", "\0", "sel\0", "a.\0.b",
        ])
    func nul(_ value: String) {
        #expect(Self.failure("s=sel", "s=\(value)") == .syntax)
        #expect(Self.failure("d=example.org", "d=\(value)") == .syntax)
    }

    @Test("M03: a NUL in any tag makes the signature invalid")
    func nulAnywhere() {
        for index in 0...Self.valid.utf8.count {
            var body = octets(Self.valid)
            body.insert(0, at: index)
            #expect(throws: DKIMSignature.Failure.self) { try DKIMSignature(body) }
        }
    }

    @Test(
        "M04: d= and s= with what no domain has are invalid",
        arguments: [
            "legit.test'a.evil.test", "legit.test(a.evil.test", "legit.test\"a.evil.test", "legit.test/a.evil.test",
            "legit.test\\.evil.test", "legit.test@evil.test", "legit.test,evil.test", "legit.test evil.test", "a..b",
            ".a.b",
            "a.b.", "-a.b", "a-.b", "a.b-", "*.test", "legit.test=evil.test", "legit.test:evil.test", "[192.0.2.1]", "",
            "legit.test\u{FF0F}evil.test", "legit.test\u{2028}evil.test", String(repeating: "a", count: 64) + ".test",
            Array(repeating: "abcdefg", count: 40).joined(separator: "."),
        ])
    func notADomain(_ value: String) {
        #expect(Self.failure("d=example.org", "d=\(value)") == .invalidTag("d"))
        #expect(Self.failure("s=sel", "s=\(value)") == .invalidTag("s"))
    }

    @Test("M04: d= needs two labels, s= one (RFC 6376 §3.5)")
    func labels() {
        #expect(Self.failure("d=example.org", "d=org") == .invalidTag("d"))
        #expect(Self.failure("s=sel", "s=a.b.c") == nil)
    }
}
