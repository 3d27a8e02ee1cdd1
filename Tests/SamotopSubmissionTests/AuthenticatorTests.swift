import SASL
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopAccounts
@testable import SamotopClient
@testable import SamotopSubmission

@Suite("Signing in to send") struct AuthenticatorTests {
    /// Speaks SCRAM with our own client. Returns what was said last, and the salt that was told.
    static func scram(
        _ talk: Talk, _ user: String, _ password: String, authorizing: String? = nil
    ) async throws -> (reply: String, salt: String) {
        var client = try SamotopClient.SCRAMExchange(
            user: user, password: password, authorizing: authorizing, binding: .unsupported, maximumIterations: 100_000)
        let first = String(decoding: Base64Text.encode(client.initialResponse ?? []), as: UTF8.self)
        var reply = try await talk.say("AUTH SCRAM-SHA-256 \(first)")
        var salt = ""
        while reply.hasPrefix("334 ") {
            let challenge = Base64Text.decode(Array(reply.dropFirst(4).dropLast(1).utf8)) ?? []
            if salt.isEmpty {
                salt = String(decoding: challenge, as: UTF8.self).split(separator: ",").dropFirst().joined()
            }
            let response = try client.respond(to: challenge)
            reply = try await talk.say(String(decoding: Base64Text.encode(response), as: UTF8.self))
        }
        return (reply, salt)
    }

    @Test("Each mechanism lets in with the password and with an app password, however the name is written")
    func mechanisms() async throws {
        let house = try TestHouse()
        for password in [TestHouse.password, house.appPassword] {
            for name in ["ann@our.test", "Ann@Our.Test"] {
                let plain = try await house.connect()
                #expect(try await plain.say("AUTH PLAIN " + TestHouse.plain(name, password)).hasPrefix("235 2.7.0"))
                let later = try await house.connect()
                #expect(try await later.say("AUTH PLAIN") == "334 \r\n")
                #expect(try await later.say(TestHouse.plain(name, password)).hasPrefix("235"))
                let login = try await house.connect()
                #expect(try await login.say("AUTH LOGIN") == "334 VXNlcm5hbWU6\r\n")
                #expect(try await login.say(TestHouse.encoded(name)) == "334 UGFzc3dvcmQ6\r\n")
                #expect(try await login.say(TestHouse.encoded(password)).hasPrefix("235"))
                let scram = try await house.connect()
                #expect(try await Self.scram(scram, name, password).reply.hasPrefix("235"))
            }
        }
    }

    @Test(
        "U04: who doesn't exist is answered as who does: the same words, the same salt each time, the same derivations")
    func unknownNames() async throws {
        let house = try TestHouse()
        var replies: [String] = []
        for name in ["ann@our.test", "zoe@our.test"] {
            let talk = try await house.connect()
            let before = house.verifier.derivations.withLock { $0 }
            replies.append(try await talk.say("AUTH PLAIN " + TestHouse.plain(name, "wrong")))
            let after = house.verifier.derivations.withLock { $0 }
            #expect(after.scrypt == before.scrypt + 1 && after.pbkdf2 == before.pbkdf2 + 1)
            replies.append(try await Self.scram(talk, name, "wrong").reply)
        }
        #expect(Set(replies.map { String($0.prefix(9)) }) == ["535 5.7.8"] && Set(replies).count == 1)
        #expect(SCRAMExchange.fewest > AccountSecrets.mostAppPasswords)
        let (first, second) = (try await house.connect(), try await house.connect())
        let salts = [
            try await Self.scram(first, "zoe@our.test", "x").salt,
            try await Self.scram(second, "zoe@our.test", "y").salt,
            try await Self.scram(second, "eve@our.test", "y").salt,
        ]
        #expect(salts[0] == salts[1] && salts[1] != salts[2])
        #expect(salts[0].hasSuffix("i=4096"))
    }

    @Test("U06: three tries in a session, then 421; then the network waits, and the owner elsewhere doesn't")
    func bounded() async throws {
        let house = try TestHouse()
        for round in 0..<3 {
            let talk = try await house.connect()
            for number in 0..<3 {
                let said = try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", "wrong"))
                #expect(said.hasPrefix(round == 2 && number == 2 ? "454 4.7.0" : "535 5.7.8"))
            }
            #expect(try await talk.say("AUTH PLAIN").hasPrefix("421 4.7.0"))
        }
        let right = "AUTH PLAIN " + TestHouse.plain("ann@our.test", TestHouse.password)
        let here = try await house.connect()
        #expect(try await here.say(right).hasPrefix("454"))
        #expect(try await Self.scram(here, "ann@our.test", TestHouse.password).reply.hasPrefix("454"))
        let elsewhere = try await house.connect(client: .ipv4([198, 51, 100, 1]))
        #expect(try await elsewhere.say(right).hasPrefix("235"))
        house.clock.advance(by: 901)
        let later = try await house.connect()
        #expect(try await later.say(right).hasPrefix("235"))
    }

    @Test(
        "U07: garbage is refused and the session goes on",
        arguments: [
            ("AUTH PLAIN AAAA=", "501 5.5.2"), ("AUTH PLAIN =", "501 5.5.2"), ("AUTH PLAIN YW5u", "501 5.5.2"),
            ("AUTH PLAIN AABhAAA=", "501 5.5.2"), ("AUTH SCRAM-SHA-256 bixhLA==", "501 5.5.2"),
            ("AUTH CRAM-MD5", "504 5.5.4"), ("AUTH EXTERNAL =", "504 5.5.4"), ("AUTH SCRAM-SHA-256-PLUS", "504 5.5.4"),
        ]) func garbage(_ line: String, _ code: String) async throws
    {
        let talk = try await TestHouse().connect()
        #expect(try await talk.say(line).hasPrefix(code))
        #expect(try await talk.say("NOOP").hasPrefix("250"))
        #expect(
            try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", TestHouse.password)).hasPrefix("235"))
    }

    @Test("Nobody acts for others")
    func authorizing() async throws {
        let talk = try await TestHouse().connect()
        let other = TestHouse.plain("ann@our.test", TestHouse.password, "bob@our.test")
        #expect(try await talk.say("AUTH PLAIN \(other)").hasPrefix("535"))
        let scram = try await Self.scram(talk, "ann@our.test", TestHouse.password, authorizing: "bob@our.test")
        #expect(scram.reply.hasPrefix("535"))
        let same = TestHouse.plain("ann@our.test", TestHouse.password, "ann@our.test")
        #expect(try await talk.say("AUTH PLAIN \(same)").hasPrefix("235"))
    }

    @Test("Accounts that can't be read are a fault of ours: 454, also for who doesn't exist")
    func broken() async throws {
        let house = try TestHouse()
        house.accounts.isBroken.withLock { $0 = true }
        let talk = try await house.connect()
        #expect(try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", "x")).hasPrefix("454 4.7.0"))
        #expect(try await Self.scram(talk, "zoe@our.test", "x").reply.hasPrefix("454 4.7.0"))
        // Nobody's password was wrong.
        #expect(house.limiter.remembered == 0)
    }

    @Test("R33: who has not authenticated, or failed to, sends nothing, and no guard for strangers is asked")
    func unauthenticated() async throws {
        let house = try TestHouse()
        let talk = try await house.connect()
        for line in ["MAIL FROM:<ann@our.test>", "RCPT TO:<bob@our.test>", "DATA", "VRFY ann"] {
            #expect(try await talk.say(line).hasPrefix("530 5.7.0"))
        }
        _ = try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", "wrong"))
        #expect(try await talk.say("MAIL FROM:<ann@our.test>").hasPrefix("530 5.7.0"))
        #expect(house.mailboxes.delivered.isEmpty)
    }

    @Test("A service without rules for submission lets nobody send there")
    func withoutRules() async throws {
        let service = try MailService("mx.our.test", delivering: MemoryMailboxes(["u@our.test": ["u"]]))
        let talk = Talk(await MemoryConnection(service, role: .submission, encryption: .active))
        _ = try await talk.connection.receive()
        #expect(try await !talk.say("EHLO c.test").contains("AUTH"))
        #expect(try await talk.say("MAIL FROM:<u@our.test>").hasPrefix("530"))
        #expect(try await talk.say("AUTH PLAIN").hasPrefix("504"))
    }

    @Test("Observers are shown no password")
    func secrecy() async throws {
        let seen = Seen()
        let house = try TestHouse()
        var rules = SubmissionRules(authenticator: house.authenticator)
        rules.hidesClient = true
        let service = try MailService(
            "mx.our.test", delivering: house.mailboxes, submission: rules, observers: [seen], clock: house.clock)
        let talk = Talk(await MemoryConnection(service, role: .submission, encryption: .active))
        _ = try await talk.say("EHLO c.test")
        _ = try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", "wrong"))
        _ = try await talk.say("AUTH LOGIN")
        _ = try await talk.say(TestHouse.encoded("ann@our.test"))
        _ = try await talk.say(TestHouse.encoded(TestHouse.password))
        let lines = seen.lines.withLock { $0 }
        #expect(lines == ["EHLO c.test", "AUTH PLAIN (a response)", "AUTH LOGIN", "(a response)", "(a response)"])
    }
}
