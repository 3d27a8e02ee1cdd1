import Foundation
import InternetMessage
import NameResolution
import SenderAuthentication
import Testing

struct DKIMSignerTests {
    private static let canonicalizations = Canonicalization.allCases.flatMap { header in
        Canonicalization.allCases.map { (header, $0) }
    }

    @Test("What is signed verifies, with either kind of key and any canonicalization")
    func roundTrip() async throws {
        for key in [try DKIMPrivateKey.makeRSA(), .makeEd25519()] {
            var world = try SigningWorld(key: key)
            for (header, body) in Self.canonicalizations {
                world.signer.headerCanonicalization = header
                world.signer.bodyCanonicalization = body
                let signed = try world.sign()
                #expect(await world.result(signed) == .pass)
                #expect(await world.result(signed.replacing("dinner", "Dinner")) == .fail)
                #expect(await world.result(signed.replacing("Joe.", "Jo.")) == .fail)
                let isRelaxed = header == .relaxed
                #expect(
                    await world.result(signed.replacing("Subject: dinner", "SUBJECT:  dinner"))
                        == (isRelaxed ? .pass : .fail))
                #expect(await world.result(signed.replacing("Hi.", "Hi. \t")) == (body == .relaxed ? .pass : .fail))
                #expect(await world.result(signed + octets("\r\n\r\n")) == .pass)
                #expect(await world.result(octets("Received: from x\r\n") + signed) == .pass)
            }
        }
    }

    @Test("M15: a second field of a name that we over-sign breaks our signature, above or below")
    func overSigning() async throws {
        let world = try SigningWorld()
        let signed = try world.sign()
        for name in DKIMSigner.usualOverSignedNames {
            let field = name.bytes + octets(": x\r\n")
            #expect(await world.result(field + signed) == .fail, "\(string(name.bytes)) above")
            #expect(
                await world.result(signed.replacing("\r\n\r\nHi", "\r\n\(string(field))\r\nHi")) == .fail,
                "\(string(name.bytes)) below")
        }
        let coverage = try #require(await world.verify(signed).first?.coverage)
        #expect(coverage.protects())
        for field in SignatureCoverage.essential { #expect(coverage.state(field) == .overSigned, "\(field)") }
    }

    @Test("The field is folded, and holds nothing but its tags")
    func form() throws {
        for key in [try DKIMPrivateKey.makeRSA(), .makeEd25519()] {
            var world = try SigningWorld(key: key)
            world.signer.identity = octets("\"joe; doe\"@mail.client.example")
            world.signer.lifetime = 86_400
            let read = SignedMessage(SigningWorld.message, bodyHashes: [world.signer.bodyHash])
            let field = try world.signer.sign(read, now: SigningWorld.now)
            let header = HeaderSection(field.raw)
            #expect(header.fields.count == 1 && header.findings.map(\.kind) == [.noBlankLine])
            #expect(string(field.raw).split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
            let signature = try DKIMSignature(field.body)
            #expect(signature.timestamp == SigningWorld.now && signature.expiration == SigningWorld.now + 86_400)
            #expect(signature.identity.map(string) == "\"joe; doe\"@mail.client.example")
            #expect(signature.algorithm == key.algorithm)
            #expect(signature.signedNames.filter { string($0) == "From" }.count == 2)
            #expect(signature.signedNames.filter { string($0) == "Content-Type" }.count == 1)
        }
    }

    @Test("What is not signed")
    func refusals() throws {
        let world = try SigningWorld()
        func failure(_ message: [UInt8], _ change: (inout DKIMSigner) -> Void = { _ in }) -> DKIMSigner.Failure? {
            var signer = world.signer
            change(&signer)
            let limits = HeaderLimits(maximumBytes: 2_000, maximumFields: 100)
            let read = SignedMessage(message, headerLimits: limits, bodyHashes: [world.signer.bodyHash])
            do {
                _ = try signer.sign(read, now: SigningWorld.now)
                return nil
            } catch {
                return error
            }
        }
        let message = SigningWorld.message
        #expect(failure(message) == nil)
        #expect(failure(message.replacing("From:", "X-From:")) == .noSingleFrom)
        for malformed in [
            octets(" x\r\n") + message, message.replacing("To: Bob", "To: Bob\nX: y"), octets("x\r\n") + message,
        ] {
            #expect(failure(malformed) == .malformedHeader)
        }
        #expect(failure(octets("From: eve@evil.test\r\n") + message) == .noSingleFrom)
        #expect(failure(octets("X: \(String(repeating: "x", count: 2_000))\r\n") + message) == .headerTooLarge)
        #expect(failure(message) { $0.bodyCanonicalization = .simple } == .noBodyHash)
        #expect(failure(message) { $0.identity = octets("ann@other.example") } == .invalidTag)
        #expect(failure(message) { $0.lifetime = 0 } == .invalidTag)
        #expect(failure(message) { $0.lifetime = .max } == .invalidTag)
        #expect(failure(message) { $0.selector = .root } == .invalidTag)
        #expect(
            failure(message) { $0.domain = DNSName(labels: [octets("a;b"), octets("test")]) ?? .root } == .invalidTag)
    }

    @Test("A message without body, and one without blank line")
    func noBody() async throws {
        var world = try SigningWorld()
        for (header, body) in Self.canonicalizations {
            world.signer.headerCanonicalization = header
            world.signer.bodyCanonicalization = body
            for end in ["", "\r\n", "\r\n\r\n", "\r\nno line end"] {
                let signed = try world.sign(octets("From: ann@client.example\r\n\(end)"))
                #expect(await world.result(signed) == .pass)
            }
        }
    }

    @Test("Keys: PEM is read as it was written, and what is no key is refused")
    func keys() throws {
        for key in [try DKIMPrivateKey.makeRSA(), .makeEd25519()] {
            let again = try DKIMPrivateKey(pem: key.pem)
            #expect(again.record == key.record)
            #expect(try DKIMPrivateKey(pem: SignatureVectors.wire(key.pem)).record == key.record)
            #expect("\(key)" == "DKIMPrivateKey(\(key.algorithm.rawValue))")
        }
        for text in ["", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "-----BEGIN X-----\n*\n", "QUJD"] {
            #expect(throws: DKIMPrivateKey.Failure.malformed) { try DKIMPrivateKey(pem: octets(text)) }
        }
        #expect(throws: DKIMPrivateKey.Failure.malformed) { try DKIMPrivateKey(ed25519: [1, 2, 3]) }
        #expect(throws: DKIMPrivateKey.Failure.malformed) { try DKIMPrivateKey(der: [0x30, 0x00]) }
    }

    // MARK: dkim-dkimpy

    private struct RoundTrip: Decodable {
        let sign: String?
        let key: String?
        let selector: String?
        let domain: String?
        let dns_txt: String?
        let mutation: String?
        let expected: String
    }

    @Test("dkim-dkimpy: sign, then verify")
    func dkimpy() async throws {
        let rows = try #require(SignatureVectors.decode("dkim-dkimpy", "round-trips.json", as: [RoundTrip].self))
        #expect(rows.count == 8)
        guard let keys = SignatureVectors.keys("dkim-dkimpy") else {
            print("dkim-dkimpy: skipped, its keys can't be unpacked")
            return
        }
        defer { try? FileManager.default.removeItem(at: keys) }
        let folder = SignatureVectors.folder("dkim-dkimpy")
        func load(_ path: String) throws -> [UInt8] {
            SignatureVectors.wire(try SignatureVectors.octets(folder.appending(path: path)))
        }
        let key = try DKIMPrivateKey(pem: try SignatureVectors.octets(keys.appending(path: "data/test.private")))
        var world = try SigningWorld(key: key)
        world.signer.domain = try #require(DNSName("example.com"))
        world.signer.selector = try #require(DNSName("test"))
        for row in rows {
            let record = string(try load(row.dns_txt ?? "data/test.txt"))
            world.resolver = SignatureVectors.resolver("test._domainkey.example.com", record)
            for (header, body) in Self.canonicalizations {
                world.signer.headerCanonicalization = header
                world.signer.bodyCanonicalization = body
                if row.mutation == "message without From (data/test_nofrom.message)" {
                    let message = try load("data/test_nofrom.message")
                    #expect(throws: DKIMSigner.Failure.noSingleFrom) { try world.sign(message) }
                    continue
                }
                let message = try load(row.sign ?? "data/test.message")
                let signed = try world.sign(message)
                let sent: [UInt8]
                switch row.mutation {
                case nil: sent = signed
                case "append unknown header after signing": sent = signed.replacing("\r\n\r\n", "\r\nX-New: 1\r\n\r\n")
                case "append a second From at end":
                    sent = signed.replacing("\r\n\r\n", "\r\nFrom: eve@evil.test\r\n\r\n")
                case "prepend a second From": sent = octets("From: eve@evil.test\r\n") + signed
                default: sent = []
                }
                let result = await world.result(sent)
                #expect((result == .pass) == (row.expected == "pass"), "\(row.mutation ?? "") \(header)/\(body)")
            }
        }
        for name in ["2048_testkey.key", "2048_testkey_PKCS8.key", "1024_testkey.key"] {
            let key = try DKIMPrivateKey(pem: try SignatureVectors.octets(keys.appending(path: "data/\(name)")))
            let bits = try DKIMKey(key.record.text).bits
            #expect("\(bits)" == name.prefix(4))
        }
    }
}
