import ACME
import Crypto
import Foundation
import Logging
import SwiftASN1
import Synchronization
import Testing
import X509

@testable import SamotopCommand

@Suite("A certificate is renewed")
struct CertificateRenewalTests {
    static let names = ["mx.example.org", "mta-sts.example.org"]
    static let start: Int64 = 1_800_000_000
    static let lifetime: Int64 = 90 * 86_400

    /// An authority, a clock that sleeping turns, and what was taken up.
    final class World: Sendable {
        struct State {
            var now = CertificateRenewalTests.start
            var failures = 0
            var end: Int64
            var issued: [Int64] = []
            var tries: [Int64] = []
            var keys: [Data] = []
            var changes = 0
            /// Times that what was written can't be taken up.
            var refusals = 0
            /// Names that aren't proved.
            var unproven: [String] = []
            var asked: [[String]] = []
            var lifetime = CertificateRenewalTests.lifetime
            /// Seconds from now at which certificates begin.
            var offset: Int64 = 0
        }

        let state: Mutex<State>
        let place: Workplace
        let folder: CertificateFolder

        /// - Parameter seconds: when the time is over.
        init(seconds: Int64, failures: Int = 0) throws {
            state = Mutex(State(failures: failures, end: CertificateRenewalTests.start + seconds))
            place = try Workplace()
            folder = CertificateFolder(state: place.path)
        }

        func renewal(names: [String] = CertificateRenewalTests.names) -> CertificateRenewal {
            CertificateRenewal(
                folder, host: CertificateRenewalTests.names[0], names: names,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { _, names, key in
                try self.issue(names, key)
            } onChange: {
                try self.state.withLock { state in
                    if state.refusals > 0 {
                        state.refusals -= 1
                        throw ControlRefusal(words: "another pair")
                    }
                    state.changes += 1
                }
            } now: {
                self.state.withLock { $0.now }
            } sleep: { pause in
                try self.state.withLock { state in
                    state.now += pause.components.seconds
                    if state.now >= state.end { throw CancellationError() }
                }
            } chance: {
                0
            }
        }

        private func issue(_ names: [String], _ key: P256.Signing.PrivateKey) throws -> CertificateRenewal.Issued {
            let (now, lifetime) = try state.withLock { state in
                state.tries.append(state.now)
                state.asked.append(names)
                let unproven = names.filter { state.unproven.contains($0) }
                if !unproven.isEmpty { throw ACMEError.unproven(names: unproven, nil) }
                if state.failures > 0 {
                    state.failures -= 1
                    throw ACMEError.malformed("directory")
                }
                state.issued.append(state.now)
                state.keys.append(key.rawRepresentation)
                return (state.now + state.offset, state.lifetime)
            }
            let from = Date(timeIntervalSince1970: Double(now))
            let authority = P256.Signing.PrivateKey()
            let certificate = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: from,
                notValidAfter: from.addingTimeInterval(Double(lifetime)),
                issuer: DistinguishedName { CommonName("Authority") }, subject: DistinguishedName(),
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions { SubjectAlternativeNames(names.map { .dnsName($0) }) },
                issuerPrivateKey: .init(authority))
            return .init(chain: try certificate.serializeAsPEM().pemString + "\n", account: "https://ca.test/1")
        }
    }

    @Test("at once where it signs itself, then when a third of the lifetime is left; the key stays") func schedule()
        async throws
    {
        let world = try World(seconds: 2 * Self.lifetime)
        try world.folder.prepare(names: Self.names)
        let key = try #require(try world.folder.current()).key.rawRepresentation
        await world.renewal().keepRenewing()
        let state = world.state.withLock { $0 }
        let issued = state.issued.map { $0 - Self.start }
        try #require(issued.count == 3)
        #expect(issued[0] == 0)
        // Two thirds of the lifetime, and no later than the longest sleep after that.
        let due = Self.lifetime / 3 * 2
        #expect((due...due + 3_600).contains(issued[1]))
        #expect((2 * due...2 * due + 7_200).contains(issued[2]))
        #expect(state.keys.allSatisfy { $0 == key })
        #expect(state.changes == 3)
        #expect(world.folder.account() == "https://ca.test/1")
        let current = try #require(try world.folder.current())
        #expect(!current.isSelfMade && current.covers(Self.names))
    }

    @Test("T15: an authority that is away: rarer tries, and what is there stays") func away() async throws {
        let world = try World(seconds: 60 + 300 + 900 + 10, failures: 3)
        try world.folder.prepare(names: Self.names)
        let before = try LocalFile.read(world.folder.pair.certificate)
        let renewal = world.renewal()
        await renewal.keepRenewing()
        let tries = world.state.withLock { $0.tries }.map { $0 - Self.start }
        #expect(tries == [0, 60, 360, 1_260])
        #expect(try LocalFile.read(world.folder.pair.certificate) != before)
        // After a success nothing is left of the failures.
        #expect(await renewal.due() > Self.start + Self.lifetime / 2)
    }

    @Test("T16: a failure changes nothing on the disk") func unchanged() async throws {
        let world = try World(seconds: 30, failures: 100)
        try world.folder.prepare(names: Self.names)
        let before = try LocalFile.read(world.folder.pair.certificate)
        await world.renewal().keepRenewing()
        #expect(try LocalFile.read(world.folder.pair.certificate) == before)
        #expect(world.state.withLock { $0.changes } == 0)
    }

    @Test("another name is asked for at once") func names() async throws {
        let world = try World(seconds: 10)
        try world.folder.prepare(names: Self.names)
        await world.renewal().keepRenewing()
        #expect(await world.renewal().due() > Self.start)
        #expect(await world.renewal(names: Self.names + ["autoconfig.example.org"]).due() == 0)
    }

    @Test("T17: another key only when one is prepared") func otherKey() async throws {
        let world = try World(seconds: 10)
        try world.folder.prepare(names: Self.names)
        let renewal = world.renewal()
        await #expect(throws: ControlRefusal.self) { _ = try await renewal.renew(withNextKey: true) }
        let next = try world.folder.makeNextKey()
        #expect(try world.folder.makeNextKey().rawRepresentation == next.rawRepresentation)
        _ = try await renewal.renew(withNextKey: true)
        #expect(try world.folder.current()?.key.rawRepresentation == next.rawRepresentation)
        #expect(try world.folder.nextKey() == nil)
    }

    @Test("a certificate that is due at once is ordered again after an hour") func shortLived() async throws {
        let world = try World(seconds: 7_000)
        world.state.withLock { $0.lifetime = 30 }
        await world.renewal().keepRenewing()
        #expect(world.state.withLock { $0.tries }.map { $0 - Self.start } == [0, 3_600])
    }

    @Test("a certificate that isn't valid now isn't taken", arguments: [86_400, -15_552_000] as [Int64])
    func otherTime(offset: Int64) async throws {
        let world = try World(seconds: 7_000)
        world.state.withLock { $0.offset = offset }
        try world.folder.prepare(names: Self.names)
        let before = try LocalFile.read(world.folder.pair.certificate)
        await world.renewal().keepRenewing()
        #expect(try LocalFile.read(world.folder.pair.certificate) == before)
        #expect(world.state.withLock { $0.tries }.map { $0 - Self.start } == [0, 3_600])
    }

    @Test("what can't be taken up is tried again every minute, and the authority isn't asked for it") func takingUp()
        async throws
    {
        let world = try World(seconds: 200)
        world.state.withLock { $0.refusals = 3 }
        let renewal = world.renewal()
        await renewal.keepRenewing()
        let state = world.state.withLock { $0 }
        #expect(state.tries.count == 1)
        #expect(state.refusals == 0)
        #expect(state.changes == 1)
        #expect(await renewal.due() > Self.start + Self.lifetime / 2)
    }

    @Test("a name that can't be proved is left out, and asked for once a day") func leftOut() async throws {
        let world = try World(seconds: 86_500)
        world.state.withLock { $0.unproven = [Self.names[1]] }
        await world.renewal().keepRenewing()
        let state = world.state.withLock { $0 }
        // The day after, nothing is issued: what there is has the other name.
        #expect(state.asked == [Self.names, [Self.names[0]], Self.names])
        #expect(state.issued == [Self.start])
        #expect(world.folder.tries()?.unproven == [Self.names[1]])
        #expect(try world.folder.current()?.names == [Self.names[0]])
    }

    @Test("a name that the served certificate has is left out only when little of it is left") func patience()
        async throws
    {
        let world = try World(seconds: 86_400)
        await world.renewal().keepRenewing()
        world.state.withLock {
            $0.end = Self.start + Self.lifetime
            $0.unproven = [Self.names[1]]
        }
        await world.renewal().keepRenewing()
        let state = world.state.withLock { $0 }
        try #require(state.issued.count == 2)
        #expect(state.issued[1] - Self.start >= Self.lifetime / 10 * 9)
        #expect(try world.folder.current()?.names == [Self.names[0]])
    }

    @Test("without the host's own name there is no certificate") func host() async throws {
        let world = try World(seconds: 10)
        world.state.withLock { $0.unproven = [Self.names[0]] }
        await world.renewal().keepRenewing()
        #expect(world.state.withLock { $0.asked } == [Self.names])
        #expect(try world.folder.current() == nil)
    }

    @Test("the pause after a failure outlives a restart") func restart() async throws {
        let world = try World(seconds: 30, failures: 100)
        await world.renewal().keepRenewing()
        let again = world.renewal()
        #expect(await again.due() == Self.start + 60)
    }

    @Test("the key in use is no key that may follow") func sameKey() throws {
        let world = try World(seconds: 10)
        try world.folder.prepare(names: Self.names)
        let current = try #require(try world.folder.current()).key
        try world.place.write(current.pemRepresentation + "\n", to: "acme/next-key.pem")
        #expect(try world.folder.nextKey() == nil)
        #expect(try world.folder.makeNextKey().rawRepresentation != current.rawRepresentation)
    }

    @Test("a file that is cut short is told, not served") func cut() throws {
        let world = try World(seconds: 10)
        try world.folder.prepare(names: Self.names)
        let path = world.folder.pair.certificate
        let text = String(decoding: try LocalFile.read(path), as: UTF8.self)
        try LocalFile.write(Array(text.prefix(text.count / 2).utf8), to: path, mode: 0o600)
        #expect(throws: CertificateFolder.Failure.self) { _ = try world.folder.current() }
    }
}
