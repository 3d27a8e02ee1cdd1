import SASL
import Synchronization
import Testing

@testable import SamotopAccounts

@Suite("What an account is known by") struct AccountSecretsTests {
    static let cheap = PasswordHash.Cost(logarithm: 10) ?? .standard

    static func secrets(_ password: String = "correct horse") -> AccountSecrets {
        var secrets = AccountSecrets()
        _ = secrets.set(password: password, cost: cheap, iterations: 4_096)
        return secrets
    }

    @Test("What is written is read back, and says nothing of the passwords")
    func text() throws {
        var secrets = Self.secrets()
        let made = secrets.addAppPassword("phone", now: 1_700_000_000, iterations: 4_096)
        let app = try #require(made)
        let parts = secrets.parts
        #expect(parts.count == 2 && !parts.joined().contains(":") && !parts.joined().contains(app))
        let hash = secrets.password
        #expect(AccountSecrets(password: hash, parts: parts.map { $0[...] }) == secrets)
        #expect("\(secrets)" == "AccountSecrets")
        var revoked = secrets
        let once = [revoked.revokeAppPassword("phone"), revoked.revokeAppPassword("phone")]
        #expect(once == [true, false])
        #expect(revoked.keys.count == 1)
    }

    @Test("App passwords alone, a hash alone, and nothing are accounts, too")
    func partial() throws {
        var apps = AccountSecrets()
        _ = apps.addAppPassword("phone", now: 0, iterations: 4_096)
        #expect(AccountSecrets(password: nil, parts: apps.parts.map { $0[...] }) == apps)
        let old = AccountSecrets(password: try #require(Self.secrets().password))
        #expect(old.parts.isEmpty && old.keys.isEmpty && !old.isEmpty)
        #expect(AccountSecrets().isEmpty)
    }

    @Test(
        "What isn't of the form isn't taken",
        arguments: [
            "", "$", "$scram-sha-256$i=1$AAAAAAAAAAAAAAAAAAAAAA==$$", "$scram-sha-1$i=4096$AAAAAAAAAAAAAAAAAAAAAA==$$",
            "$scram-sha-256$i=4096$AA==$$", "$scram-sha-256$i=99999999999$AAAAAAAAAAAAAAAAAAAAAA==$$",
            "$scram-sha-256$i=4096$AAAAAAAAAAAAAAAAAAAAAA==$AA==$AA==",
        ]) func malformed(_ part: String)
    {
        #expect(AccountSecrets(password: nil, parts: [part[...]]) == nil)
    }

    @Test("A new password leaves app passwords as they are; labels are unique and plain; there are 50 at most")
    func changes() throws {
        var secrets = Self.secrets()
        let made = secrets.addAppPassword("phone", now: 0, iterations: 4_096)
        let app = try #require(made)
        let refused = [secrets.addAppPassword("phone", now: 0), secrets.addAppPassword("Pho:ne", now: 0)]
        #expect(refused == [nil, nil])
        let isSet = secrets.set(password: "another", cost: Self.cheap)
        #expect(isSet)
        let parameters = try #require(secrets.parameters)
        let keys = try #require(SCRAMKeys(of: app, parameters))
        #expect(secrets.keys.contains { $0.isSame(as: keys) })
        let bad = ["a\u{0}b", ""].map { secrets.set(password: $0, cost: Self.cheap) }
        #expect(bad == [false, false])
        let more = (1...50).map { secrets.addAppPassword("app\($0)", now: 0) }
        #expect(more.dropLast().allSatisfy { $0 != nil } && more.last == .some(nil))
    }

    @Test(
        "U04: whatever fails costs the same derivations: a known name, an unknown one, one without a password, one with many"
    )
    func cost() async throws {
        let decoy = try #require(SCRAMParameters(salt: Array(repeating: 7, count: 16), iterations: 4_096))
        let verifier = PasswordVerifier(threads: 1, cost: Self.cheap)
        var many = Self.secrets()
        for number in 0..<10 { _ = many.addAppPassword("app\(number)", now: 0) }
        let accounts: [AccountSecrets?] = [
            Self.secrets(), nil, AccountSecrets(), many, AccountSecrets(password: try #require(many.password)),
        ]
        for (number, secrets) in accounts.enumerated() {
            #expect(await verifier.check("wrong", against: secrets, decoy: decoy) == .wrong)
            #expect(verifier.derivations.withLock { $0 } == (number + 1, number + 1))
        }
    }

    @Test("The password, in either form, and each app password are right, and a revoked one is wrong")
    func right() async throws {
        let decoy = try #require(SCRAMParameters(salt: Array(repeating: 7, count: 16), iterations: 4_096))
        let verifier = PasswordVerifier(threads: 1, cost: Self.cheap)
        var secrets = Self.secrets("caf\u{E9}")
        let made = secrets.addAppPassword("phone", now: 0)
        let app = try #require(made)
        for password in ["caf\u{E9}", "cafe\u{301}", app] {
            #expect(await verifier.check(password, against: secrets, decoy: decoy) == .right)
        }
        _ = secrets.revokeAppPassword("phone")
        #expect(await verifier.check(app, against: secrets, decoy: decoy) == .wrong)
        let old = AccountSecrets(password: try #require(secrets.password))
        #expect(await verifier.check("caf\u{E9}", against: old, decoy: decoy) == .right)
    }
}
