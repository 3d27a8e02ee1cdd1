import Foundation
import InternetMessage
import NameResolution
import Testing
import Yams

@testable import SenderAuthentication

/// The cases of arc-valimail, which are of drafts before RFC 8617.
struct ARCVectorTests {
    struct Validation: Decodable, CustomTestStringConvertible {
        var id = ""
        var records: [String: String] = [:]
        let message: String
        let cv: String

        private enum CodingKeys: CodingKey { case message, cv }

        var testDescription: String { id }
    }

    private struct Suite<Test: Decodable>: Decodable {
        let tests: [String: Test]
        let records: [String: String]
        let domain: String?
        let sel: String?
        let privatekey: String?

        enum CodingKeys: String, CodingKey {
            case tests
            case records = "txt-records"
            case domain, sel, privatekey
        }
    }

    private static func suites<Test: Decodable>(_ url: URL, of type: Test.Type) throws -> [Suite<Test>] {
        let text = try String(contentsOf: url, encoding: .utf8)
        // One document for each suite.
        return try text.split(separator: "\n---\n").map { part in
            try YAMLDecoder().decode(Suite<Test>.self, from: String(part))
        }
    }

    static let validations: [Validation] = {
        let url = SignatureVectors.folder("arc-valimail").appending(path: "arc-draft-validation-tests.yml")
        guard let suites = try? suites(url, of: Validation.self) else { return [] }
        return suites.flatMap { suite in
            suite.tests.map { id, test in
                var test = test
                test.id = id
                test.records = suite.records
                return test
            }
        }.sorted { $0.id < $1.id }
    }()

    private static func resolver(_ records: [String: String]) -> ZoneResolver {
        SignatureVectors.resolver(records.mapValues { .text([$0]) })
    }

    private static func validate(_ message: [UInt8], _ records: [String: String]) async -> ARCFinding {
        await ARCVerifier(resolver: resolver(records)).verify(SignedMessage(message), now: vectorTime)
    }

    /// Cases that say nothing of what is expected, or something else than RFC 8617; the clause that decides.
    private static let decided = [
        // §5.2 steps 2 and 3: a seal with cv=fail fails the chain. The set says nothing.
        "cv_fail_i2_as2_fail": "fail",
        "cv_fail_i2_as1_fail": "fail",
        // §4.1.2: tags mean what they do in DKIM, so that a missing c= is simple/simple (RFC 6376 §3.5). What is signed
        // here is relaxed.
        "ams_fields_c_na": "fail",
    ]

    @Test("arc-valimail: validating", arguments: validations)
    func validating(_ item: Validation) async {
        let finding = await Self.validate(SignatureVectors.wire(octets(item.message)), item.records)
        let wanted = Self.decided[item.id] ?? item.cv.lowercased()
        #expect(finding.result.rawValue == wanted, "\(finding.reason)")
    }

    @Test("The set is complete")
    func complete() { #expect(Self.validations.count == 121) }

    // MARK: Sealing

    private struct Sealing: Decodable {
        let message: String
        let t: Int64
        let sigHeaders: String
        let srvID: String
        let seal: String
        let signature: String
        let results: String

        enum CodingKeys: String, CodingKey {
            case message, t
            case sigHeaders = "sig-headers"
            case srvID = "srv-id"
            case seal = "AS"
            case signature = "AMS"
            case results = "AAR"
        }
    }

    /// A field as the set's sealer made it: the set folds the values of `b=` for its readers.
    private static func field(_ name: HeaderFieldName, _ body: String) -> [UInt8] {
        var body = octets(body.split(separator: "\n").joined(separator: "\r\n    "))
        if let list = try? TagList(body), let value = list.tag("b")?.value {
            body.replaceSubrange(value, with: body[value].filter { !$0.isFoldingWhiteSpace })
        }
        return name.bytes + octets(": ") + body + octets("\r\n")
    }

    @Test("arc-valimail: sealing")
    func sealing() async throws {
        guard let keys = SignatureVectors.keys("arc-valimail") else {
            print("arc-valimail: skipped, its keys can't be unpacked")
            return
        }
        defer { try? FileManager.default.removeItem(at: keys) }
        let suites = try Self.suites(keys.appending(path: "arc-draft-sign-tests.yml"), of: Sealing.self)
        #expect(suites.map(\.tests.count).reduce(0, +) == 11)
        for suite in suites {
            let key = try DKIMPrivateKey(pem: octets(try #require(suite.privatekey)))
            let domain = try #require(suite.domain.flatMap { DNSName($0) })
            let selector = try #require(suite.sel.flatMap { DNSName($0) })
            for (id, test) in suite.tests {
                let id = "\(id)"
                let message = SignatureVectors.wire(octets(test.message))
                let expected =
                    Self.field(.arcSeal, test.seal) + Self.field(.arcMessageSignature, test.signature)
                    + Self.field(.arcAuthenticationResults, test.results)

                let authservID = try #require(AuthservID(octets(test.srvID)))
                var sealer = ARCSealer(key: key, domain: domain, selector: selector, authservID: authservID)
                sealer.signedNames = test.sigHeaders.split(separator: ":").compactMap {
                    HeaderFieldName(octets("\($0)"))
                }
                let read = SignedMessage(message, bodyHashes: [sealer.bodyHash])
                let chain = await ARCVerifier(resolver: Self.resolver(suite.records)).verify(read, now: vectorTime)
                let results = read.header.fields(named: .authenticationResults)
                    .compactMap { try? AuthenticationResults($0.body) }
                    .filter { $0.authservID == authservID }.flatMap(\.results)
                let fields = try sealer.seal(read, chain: chain, results: results, now: test.t)
                let ours = Array(fields.map(\.raw).joined())

                // What the new set says is the same, but for the order of its tags.
                let wanted = try Self.newest(expected)
                let made = try Self.newest(ours)
                #expect(made.results == wanted.results, "\(id)")
                #expect(made.seal.chainValidation == wanted.seal.chainValidation, "\(id)")
                #expect(made.seal.domain == wanted.seal.domain && made.seal.selector == wanted.seal.selector, "\(id)")
                #expect(made.signature.bodyHash == wanted.signature.bodyHash, "\(id)")
                #expect(made.signature.signedNames == wanted.signature.signedNames, "\(id)")
                #expect(made.signature.timestamp == wanted.signature.timestamp, "\(id)")

                // And both are what they say to a validator; one that says the chain failed fails it.
                let cv = wanted.seal.chainValidation
                for set in [expected, ours] {
                    let finding = await Self.validate(set + message, suite.records)
                    #expect(finding.result == (cv == .fail ? .fail : .pass), "\(id): \(finding.reason)")
                    #expect(finding.isMarkedAsFailed == (cv == .fail), "\(id)")
                    #expect(try await Self.holds(set, over: message, suite.records), "\(id)")
                }
            }
        }
    }

    private struct Newest {
        let results: ARCAuthenticationResults
        let signature: DKIMSignature
        let seal: ARCSeal
    }

    private static func newest(_ set: [UInt8]) throws -> Newest {
        let fields = HeaderSection(set).fields
        return Newest(
            results: try ARCAuthenticationResults(fields[2].body),
            signature: try DKIMSignature(fields[1].body, as: .arcMessageSignature),
            seal: try ARCSeal(TagList(fields[0].body)))
    }

    /// Whether both signatures of a new set verify, be the chain before it in order or not.
    private static func holds(
        _ set: [UInt8], over message: [UInt8], _ records: [String: String]
    ) async throws -> Bool {
        let newest = try newest(set)
        let fields = HeaderSection(set).fields
        let read = SignedMessage(set + message, bodyHashes: [newest.signature.wantedBodyHash])
        let lookup = DKIMKeyLookup(resolver: resolver(records))
        guard let name = newest.signature.keyName, case .key(let key) = await lookup.key(name) else { return false }
        let check = SignatureCheck(message: read, policy: .standard, signature: newest.signature, place: 1)
        guard check.verdict(.key(key)).result == .pass else { return false }
        let before = SignedHeader(HeaderSection(message), limits: .standard)
        var sealed: [UInt8] = []
        if newest.seal.chainValidation != .fail {
            for set in before.chain.sets {
                for place in [set.resultsPlace, set.signaturePlace, set.sealPlace] {
                    HeaderCanonicalizer.append(before.fields[place], .relaxed, to: &sealed)
                }
            }
        }
        HeaderCanonicalizer.append(fields[2], .relaxed, to: &sealed)
        HeaderCanonicalizer.append(fields[1], .relaxed, to: &sealed)
        HeaderCanonicalizer.append(
            fields[0], .relaxed, removing: newest.seal.signatureRange, endsLine: false, to: &sealed)
        return key.publicKey?.verifies(newest.seal.signature, of: sealed, algorithm: newest.seal.algorithm) ?? false
    }
}
