import NameResolution
import Testing

@testable import SenderAuthentication

struct DKIMKeyTests {
    struct Case: Decodable {
        let record: String
        let valid: Bool
    }

    private static func failure(_ record: String) -> DKIMKey.Failure? {
        do {
            _ = try DKIMKey(octets(record))
            return nil
        } catch {
            return error
        }
    }

    @Test("dkim-mox: key records")
    func vectors() throws {
        let cases = try #require(SignatureVectors.decode("dkim-mox", "key-record-parse.json", as: [Case].self))
        #expect(cases.count == 12)
        let different = cases.indices.filter { (Self.failure(cases[$0].record) == nil) != cases[$0].valid }
        tally("dkim-mox key records", count: cases.count, differing: different.count, known: 1)
        // RFC 6376 §3.2 has no white space after the last semicolon. It is common in records all the same, and changes
        // nothing; the test data of Mail::DKIM takes it.
        #expect(different == [3])
    }

    static let rsa1024 =
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631u"
        + "BItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
    /// The same kind of key without the wrapping.
    static let bareRSA1024 =
        "MIGJAoGBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD5BtNmhPrYYDlWlzw3UgnKisIxktkk5+iMQMlFtAS10JB8L3YadXN"
        + "JY+JBcbeSi5TgJe4WFzNgW95FWDAuSTRXSWZfA/8xjflbTLDx0euFZOM7C4T0GwLAgMBAAE="
    static let rsa512 =
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgSoqXVSEmfcIsOzw7oRuCCOwsmtX/SJnTWxYyj2leFxfS/AVJ+dYfY+hXqMsT7l+MZvvh/R1WzN4MO/kI/"
        + "7XsCAwEAAQ=="
    static let ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    @Test("RFC 6376 §3.6.1: defaults and all tags")
    func reading() throws {
        let key = try DKIMKey(octets("p=\(Self.rsa1024)"))
        #expect(key.type == .rsa && key.hashes == nil && key.bits == 1_024 && key.note == nil)
        #expect(!key.isRevoked && !key.isTesting && !key.isStrict)
        let other = try DKIMKey(
            octets("v=DKIM1; h=sha1:SHA256:sha512; k=ed25519; n=a note; s=email:other; t=y:s:x; p=\(Self.ed25519)"))
        #expect(other.type == .ed25519 && other.hashes == [.sha1, .sha256] && other.bits == 256)
        #expect(other.isTesting && other.isStrict)
        #expect(other.note.map(string) == "a note")
        #expect(try DKIMKey(octets("v=DKIM1; p=\(Self.bareRSA1024)")).bits == 1_024)
    }

    @Test("M19: g= is ignored, empty or not (RFC 6376 appendix C)", arguments: ["g=*; ", "g=; ", "g=jl*g; "])
    func granularity(_ tag: String) throws {
        #expect(try DKIMKey(octets("v=DKIM1; \(tag)p=\(Self.rsa1024)")).publicKey != nil)
    }

    @Test("M19: an empty p= is a revoked key")
    func revoked() throws {
        let key = try DKIMKey(octets("v=DKIM1; k=rsa; p="))
        #expect(key.isRevoked && key.publicKey == nil)
    }

    @Test("M19: an RSA key under 1,024 bits is told by its size and never computed with")
    func short() throws {
        let key = try DKIMKey(octets("v=DKIM1; p=\(Self.rsa512)"))
        #expect(key.bits == 512 && key.publicKey == nil)
    }

    @Test(
        "M19: an Ed25519 key has 32 octets, and is not wrapped (RFC 8463 §4)",
        arguments: [
            [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33), [],
            [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + [UInt8](repeating: 1, count: 32),
        ])
    func wrongLength(_ key: [UInt8]) throws {
        let record = "v=DKIM1; k=ed25519; p=\(string(Base64.encode(key)))"
        #expect(Self.failure(record) == (key.isEmpty ? nil : .invalidKey))
    }

    @Test("Records that are no keys")
    func refused() {
        #expect(Self.failure("") == .syntax)
        #expect(Self.failure("v=spf1 -all") == .version)
        #expect(Self.failure("v=DKIM1: g=*; p=\(Self.rsa1024)") == .version)
        #expect(Self.failure("v=dkim1; p=\(Self.rsa1024)") == .version)
        #expect(Self.failure("v=DKIM2; p=\(Self.rsa1024)") == .version)
        #expect(Self.failure("k=rsa; v=DKIM1; p=\(Self.rsa1024)") == .version)
        #expect(Self.failure("v=DKIM1; k=rsa") == .missingKey)
        #expect(Self.failure("v=DKIM1; k=ed25519-sha256; p=\(Self.ed25519)") == .unknownKeyType)
        #expect(Self.failure("v=DKIM1; k=; p=\(Self.rsa1024)") == .unknownKeyType)
        #expect(Self.failure("v=DKIM1; s=tlsrpt; p=\(Self.rsa1024)") == .notForMail)
        #expect(Self.failure("v=DKIM1; s=; p=\(Self.rsa1024)") == .notForMail)
        #expect(Self.failure("v=DKIM1; k=ed25519; p=\(Self.rsa1024)") == .invalidKey)
        #expect(Self.failure("v=DKIM1; p=\(Self.ed25519)") == .invalidKey)
        #expect(Self.failure("v=DKIM1; p=not*base64") == .invalidKey)
        #expect(Self.failure("v=DKIM1; p=a; p=b") == .syntax)
        #expect(Self.failure("k=rsa; t; p=\(Self.rsa1024)") == .syntax)
    }

    @Test("D06: two keys, a 64 KiB record, NUL and non-ASCII are errors of the key, and trap nothing")
    func hostile() throws {
        #expect(Self.failure("v=DKIM1; p=\(Self.rsa1024)\0") == .syntax)
        #expect(Self.failure("v=DKIM1; p=é") == .invalidKey)
        #expect(Self.failure("v=DKIM1; n=é; p=\(Self.rsa1024)") == nil)
        #expect(Self.failure("v=DKIM1; p=" + String(repeating: "A", count: 65_500)) == .invalidKey)
        #expect(Self.failure(String(repeating: "a", count: 65_500)) == .syntax)
        #expect(Self.failure(String(repeating: ";", count: 65_500)) == .syntax)
        let key = octets("v=DKIM1; p=\(Self.rsa1024)")
        if case .several = DKIMKeyLookup(resolver: ZoneResolver()).outcome([key, key]) {
        } else {
            Issue.record("two keys")
        }
        for records in [[key], [octets("v=spf1 -all"), key], [key, octets("bogus"), octets("v=DKIM1; p=!")]] {
            if case .key = DKIMKeyLookup(resolver: ZoneResolver()).outcome(records) {
            } else {
                Issue.record("one key among \(records.count)")
            }
        }
        if case .invalid(.syntax) = DKIMKeyLookup(resolver: ZoneResolver()).outcome([octets("bogus")]) {
        } else {
            Issue.record("no key")
        }
        if case .absent = DKIMKeyLookup(resolver: ZoneResolver()).outcome([]) {} else { Issue.record("nothing") }
    }

    @Test("D06: a key record of which any octet is changed or cut off traps nothing")
    func changedKeys() throws {
        for base64 in [Self.rsa1024, Self.bareRSA1024, Self.rsa512] {
            let der = try #require(Base64.decode(octets(base64)))
            #expect(RSAKeyShape(der) != nil)
            #expect(RSAKeyShape(der + [0]) == nil)
            for index in der.indices {
                #expect(RSAKeyShape(Array(der[..<index])) == nil)
                for value: UInt8 in [0x00, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF] {
                    var changed = der
                    changed[index] = value
                    _ = try? DKIMKey(octets("p=") + Base64.encode(changed))
                }
            }
        }
    }

    @Test("A record that is written is read as the same key, in strings of 255 octets at most")
    func writing() throws {
        for key in [try DKIMPrivateKey.makeRSA(), .makeEd25519()] {
            let record = key.record
            let read = try DKIMKey(record.text)
            #expect(read.type == record.type && read.bits == (record.type == .rsa ? 2_048 : 256))
            #expect(record.strings.allSatisfy { $0.count <= 255 } && Array(record.strings.joined()) == record.text)
            #expect(string(record.text).hasPrefix("v=DKIM1; k=\(record.type.rawValue); p="))
        }
        #expect(string(DKIMKeyRecord(.rsa, publicKey: []).text) == "v=DKIM1; k=rsa; p=")
    }
}
