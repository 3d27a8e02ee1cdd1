import NameResolution
import SenderAuthentication
import Testing

/// The table of changes of dkim-mox: what each does to a message that verifies.
struct DKIMMutationTests {
    struct Case: Decodable, CustomTestStringConvertible {
        let mutation: String
        let expected: String

        var testDescription: String { mutation }
    }

    static let cases = SignatureVectors.decode("dkim-mox", "mutations.json", as: [Case].self) ?? []

    /// Cases whose result is another one here, and the clause that decides.
    static let differences: [String: DKIMFinding.Result] = [
        // mox reports that it couldn't read the message. The field without a name is none; the signature doesn't cover
        // it, and the server refuses such a message at its header (RFC 5322 §2.2).
        "message cannot be parsed (empty header name)": .pass,
        // RFC 6376 §6.1.2 step 5: a record that isn't by the format is a key syntax error, PERMFAIL.
        "record \"bogus\"": .permerror,
        // RFC 6376 §3.6.2.2 leaves it undefined.
        "two valid key records at the name": .permerror,
    ]

    /// Made once: that takes a while.
    private static let rsa = try? DKIMPrivateKey.makeRSA()

    private let world: SigningWorld
    /// Signs From and Subject as often as they occur, as the table's "unsealed" signer does.
    private let unsealed: SigningWorld

    init() throws {
        world = try SigningWorld(key: try #require(Self.rsa))
        var unsealed = world
        unsealed.signer.overSignedNames = []
        unsealed.signer.signedNames = DKIMSigner.usualOverSignedNames
        self.unsealed = unsealed
    }

    /// The signed message after a change of its text.
    private func changed(_ old: String, _ new: String, in world: SigningWorld? = nil) throws -> [UInt8] {
        let world = world ?? self.world
        let signed = try world.sign()
        let changed = signed.replacing(old, new)
        try #require(changed != signed)
        return changed
    }

    private func outcome(_ mutation: String) async throws -> DKIMFinding.Result? {
        let signed = try world.sign()
        switch mutation {
        case "valid":
            return await world.result(signed)
        case "message cannot be parsed (empty header name)":
            return await world.result(octets(":\r\n") + signed)
        case "no key record (NXDOMAIN)":
            var world = world
            world.resolver = ZoneResolver()
            return await world.result(signed)
        case "DNS SERVFAIL/timeout on the key":
            var results: Set<DKIMFinding.Result?> = []
            for failure in [Answer.Failure.serverFailure, .timeout, .bogus, .malformed, .unavailable] {
                var world = world
                world.resolver = ZoneResolver()
                world.resolver.fail(try #require(DNSName("sel._domainkey.client.example")), failure)
                results.insert(await world.result(signed))
            }
            return results.count == 1 ? results.first ?? nil : nil
        case "record \"v=DKIM1; bogus\"":
            return await world.withRecord { _ in "v=DKIM1; bogus" }.result(signed)
        case "record \"bogus\"":
            return await world.withRecord { _ in "bogus" }.result(signed)
        case "two valid key records at the name":
            var world = world
            let name = try #require(DNSName("sel._domainkey.client.example"))
            world.resolver.add(name, .txt, .text(DKIMPrivateKey.makeEd25519().record.strings))
            return await world.result(signed)
        case "signature header \"v=1\" only":
            return await world.result(octets("DKIM-Signature: v=1\r\n") + SigningWorld.message)
        case "h= lacks From":
            return await world.result(try changed("h=From:", "h=X-From:", in: unsealed))
        case "d= is a public suffix (com)":
            return await world.result(try changed("d=client.example", "d=com"))
        case "a=...sha257":
            return await world.result(try changed("rsa-sha256", "rsa-sha257"))
        case "c=bogus/bogus":
            return await world.result(try changed("c=relaxed/relaxed", "c=bogus/bogus"))
        case "q=other":
            return await world.result(try changed("v=1;", "v=1; q=other;"))
        case "l=1 with a policy that refuses partial bodies":
            return await world.result(try changed("v=1;", "v=1; l=1;"))
        case "record h=sha1, signature sha256":
            return await world.withRecord { $0.replacing("; k=", with: "; h=sha1; k=") }.result(signed)
        case "record k=rsa, signature ed25519":
            return await world.result(try SigningWorld(key: .makeEd25519()).sign())
        case "record p= empty":
            return await world.withRecord { _ in "v=DKIM1; p=" }.result(signed)
        case "RSA 512-bit key":
            return await world.withRecord { _ in "v=DKIM1; p=\(DKIMKeyTests.rsa512)" }.result(signed)
        case "record s=other":
            return await world.withRecord { $0.replacing("; k=", with: "; s=other; k=") }.result(signed)
        case "signed header changed":
            return await world.result(try changed("Subject: dinner", "Subject: lunch"))
        case "body changed":
            return await world.result(try changed("Hi.", "Ho."))
        case "unsealed: a second Subject appended after the signed one":
            return await world.result(
                try changed("Subject: dinner\r\n", "Subject: dinner\r\nSubject: lunch\r\n", in: unsealed))
        case "unsealed: a second Subject prepended":
            return await world.result(octets("Subject: lunch\r\n") + (try unsealed.sign()))
        default:
            Issue.record("a case that nobody knows: \(mutation)")
            return nil
        }
    }

    @Test("dkim-mox: changes of a signed message", arguments: cases)
    func mutations(_ item: Case) async throws {
        let wanted = Self.differences[item.mutation]?.rawValue ?? item.expected
        #expect(try await outcome(item.mutation)?.rawValue == wanted)
    }

    @Test("The set is complete")
    func complete() { #expect(Self.cases.count == 23) }
}
