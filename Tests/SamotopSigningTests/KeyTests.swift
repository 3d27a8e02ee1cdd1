import Foundation
import NameResolution
import SenderAuthentication
import Testing

@testable import SamotopSigning

/// Keys: their files, and their records.
@Suite struct KeyTests {
    private func inFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.path + "/samotop-keys-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private func mode(_ path: String) throws -> Int? {
        try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test("A new key is in a file for its owner alone, and is read from there", arguments: DKIMKeyType.allCases)
    func make(_ type: DKIMKeyType) async throws {
        try await inFolder { folder in
            let path = folder + "/our.key"
            let key = try SigningKeyFile.make(type, at: path)
            #expect(key.algorithm.keyType == type)
            #expect(try mode(path) == 0o600)
            #expect(try SigningKeyFile.read(path).record == key.record)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["our.key"])
            // What is there is a key that signs: it is never written over.
            let before = try SecretFile.read(path)
            #expect(throws: SecretFile.Failure.self) { try SigningKeyFile.make(type, at: path) }
            #expect(try SecretFile.read(path) == before)
        }
    }

    @Test("A file that is no key, or that others may read, is told with its remedy")
    func unfit() async throws {
        try await inFolder { folder in
            func failure(_ path: String) -> String {
                do {
                    _ = try SigningKeyFile.read(path)
                    return "none"
                } catch { return "\(error)" }
            }
            let path = folder + "/a.key"
            #expect(failure(path).contains("\(path): can't be opened: No such file"))
            #expect(failure(folder).contains("it is no file"))
            try SecretFile.create(Array("nonsense".utf8), at: path)
            #expect(failure(path).contains("no RSA or Ed25519 private key in PEM; name another file"))
            let open = folder + "/open.key"
            _ = try SigningKeyFile.make(.ed25519, at: open)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open)
            #expect(failure(open).contains("do chmod o-rwx"))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: open)
            #expect(failure(open) == "none")
            let large = folder + "/large.key"
            try SecretFile.create([UInt8](repeating: 0x41, count: SecretFile.maximumLength + 1), at: large)
            #expect(failure(large).contains("more than 16384 octets"))
            let missing = folder + "/no/such.key"
            #expect(throws: SecretFile.Failure.self) { try SigningKeyFile.make(.ed25519, at: missing) }
        }
    }

    @Test("A secret is made once, and read from then on")
    func secret() async throws {
        try await inFolder { folder in
            let path = folder + "/srs.key"
            let first = try SecretFile.readOrMake(path, length: 32)
            #expect(first.count == 32 && Set(first).count > 4)
            #expect(try SecretFile.readOrMake(path, length: 32) == first)
            #expect(try mode(path) == 0o600)
            #expect(throws: SecretFile.Failure.self) { try SecretFile.readOrMake(path, length: 16) }
        }
    }

    @Test("The record to paste: strings of 255 octets at most, which a zone file and a verifier read")
    func record() async throws {
        let key = SigningKey(known("2026"), try .makeRSA())
        let text = try #require(KeyRecordText(key, of: known("our.test")))
        #expect(text.name == "2026._domainkey.our.test.")
        #expect(text.strings.count == 2 && text.strings.allSatisfy { $0.utf8.count <= 255 })
        #expect(Array(text.value.utf8) == key.key.record.text)
        let zone = ZoneResolver(try ZoneFile(Array((text.zoneEntry + "\n").utf8), origin: known("our.test")))
        let published = await KeyPublication(of: key, of: known("our.test"), with: zone, now: House.now)
        #expect(published == .published)
        let short = try #require(KeyRecordText(SigningKey(known("ed"), .makeEd25519()), of: known("our.test")))
        #expect(short.zoneEntry.hasPrefix("ed._domainkey.our.test. IN TXT \"v=DKIM1; k=ed25519; p="))
        #expect(KeyRecordText(SigningKey(.root, key.key), of: known("our.test")) == nil)
    }

    @Test("What is published is told from what should be")
    func publication() async throws {
        let key = SigningKey(known("ed"), .makeEd25519())
        let (our, place) = (known("our.test"), known("ed._domainkey.our.test"))
        func found(_ records: [[[UInt8]]]) async -> KeyPublication {
            var zone = ZoneResolver()
            for record in records { zone.add(place, .txt, .text(record)) }
            return await KeyPublication(of: key, of: our, with: zone, now: House.now)
        }
        let good = key.key.record.strings
        #expect(await found([good]) == .published)
        #expect(await found([]) == .missing)
        #expect(await found([good, [Array("v=DKIM1; p=".utf8)]]) == .several(2))
        #expect(await found([DKIMPrivateKey.makeEd25519().record.strings]) == .different)
        #expect(try await found([DKIMPrivateKey.makeRSA().record.strings]) == .different)
        #expect(await found([[Array("v=DKIM1; k=ed25519; p=".utf8)]]) == .revoked)
        #expect(await found([[Array("v=DKIM1; k=ed25519; p=AAAA".utf8)]]) == .malformed(.invalidKey))
        let testing = Array("v=DKIM1; t=y; ".utf8) + key.key.record.text.dropFirst("v=DKIM1; ".utf8.count)
        #expect(await found([[testing]]) == .testing)
        let zone = Zone()
        zone.silence(place)
        let silent = await KeyPublication(of: key, of: our, with: zone, now: House.now)
        #expect(silent == .unanswered(.timeout) && !silent.isGood)
    }
}
