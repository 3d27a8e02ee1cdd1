import SMTP
import SamotopCore
import Testing

@testable import SamotopSubmission

@Suite("Other programs ask about passwords") struct AuthSocketTests {
    private let house: TestHouse
    private let session: AuthSocketSession

    init() throws {
        house = try TestHouse()
        session = AuthSocketSession(house.authenticator, number: 7)
    }

    private func say(_ line: String) async throws -> String? {
        switch try await session.take(Array(line.utf8)) {
        case .nothing: nil
        case .answer(let answer): answer
        case .check(let check): await session.answer(check)
        }
    }

    private static func plain(_ name: String, _ password: String) -> String {
        String(decoding: Base64Text.encode(Array("\0\(name)\0\(password)".utf8)), as: UTF8.self)
    }

    @Test("The server speaks first: version, mechanisms without channel binding, and itself")
    func greeting() async throws {
        let lines = await session.greeting(process: 42)
        #expect(lines.first == "VERSION\t1\t2" && lines.last == "DONE")
        #expect(lines.contains("MECH\tPLAIN\tplaintext") && lines.contains("MECH\tSCRAM-SHA-256\tmutual-auth"))
        #expect(!lines.contains { $0.contains("PLUS") })
        #expect(lines.contains("SPID\t42") && lines.contains("CUID\t7"))
        #expect(lines.contains { $0.hasPrefix("COOKIE\t") && $0.count == 7 + 32 })
    }

    @Test("Whose password it is, is let in; PLAIN alone where nobody can read along")
    func plain() async throws {
        _ = try await say("VERSION\t1\t0")
        _ = try await say("CPID\t1")
        let good = Self.plain("ann@our.test", TestHouse.password)
        #expect(try await say("AUTH\t1\tPLAIN\tservice=smtp\tsecured\tresp=\(good)") == "OK\t1\tuser=ann@our.test")
        #expect(try await say("AUTH\t2\tplain\trip=127.0.0.1\tresp=\(good)") == "OK\t2\tuser=ann@our.test")
        #expect(try await say("AUTH\t3\tPLAIN\trip=::1\tresp=\(good)") == "OK\t3\tuser=ann@our.test")
        #expect(try await say("AUTH\t4\tPLAIN\trip=192.0.2.1\tresp=\(good)") == "FAIL\t4")
        #expect(try await say("AUTH\t5\tLOGIN\trip=192.0.2.1") == "FAIL\t5")
        let wrong = Self.plain("ann@our.test", "no")
        #expect(try await say("AUTH\t6\tPLAIN\tsecured\tresp=\(wrong)") == "FAIL\t6")
        #expect(try await say("AUTH\t7\tNTLM\tsecured") == "FAIL\t7")
        #expect(try await say("AUTH\t8\tSCRAM-SHA-256-PLUS\tsecured") == "FAIL\t8")
    }

    @Test("Challenges, answers by their ids, and who gives up")
    func challenges() async throws {
        _ = try await say("CPID\t1")
        #expect(try await say("AUTH\t1\tPLAIN\tsecured") == "CONT\t1\t")
        #expect(try await say("AUTH\t2\tLOGIN\tsecured") == "CONT\t2\tVXNlcm5hbWU6")
        let good = Self.plain("bob@our.test", "bob's")
        #expect(try await say("CONT\t1\t\(good)") == "OK\t1\tuser=bob@our.test")
        #expect(try await say("CANCEL\t2") == nil)
        #expect(try await say("CONT\t2\t\(good)") == "FAIL\t2")
        #expect(try await say("CONT\t9\t") == "FAIL\t9")
        // An id is free again when its exchange is over.
        #expect(try await say("AUTH\t1\tPLAIN\tsecured\tresp=\(good)") == "OK\t1\tuser=bob@our.test")
    }

    @Test("U06: guesses count by the network of who asks there, and the bound is temporary")
    func guessing() async throws {
        _ = try await say("CPID\t1")
        let wrong = Self.plain("ann@our.test", "no")
        for id in 1...8 {
            #expect(try await say("AUTH\t\(id)\tPLAIN\tsecured\trip=192.0.2.1\tresp=\(wrong)") == "FAIL\t\(id)")
        }
        let good = Self.plain("ann@our.test", TestHouse.password)
        #expect(try await say("AUTH\t9\tPLAIN\tsecured\trip=192.0.2.1\tresp=\(good)") == "FAIL\t9\ttemp")
        #expect(
            try await say("AUTH\t10\tPLAIN\tsecured\trip=198.51.100.1\tresp=\(good)") == "OK\t10\tuser=ann@our.test")
    }

    @Test(
        "Whoever says something else is hung up on",
        arguments: [
            "VERSION\t2\t0", "VERSION", "VERSION\tx", "AUTH", "AUTH\t1", "AUTH\t-1\tPLAIN", "AUTH\t4294967296\tPLAIN",
            "CONT\t1", "CONT\t1\t\tx", "CANCEL",
        ])
    func malformed(_ line: String) async throws {
        _ = try await say("CPID\t1")
        await #expect(throws: AuthSocketSession.Malformed()) { try await session.take(Array(line.utf8)) }
    }

    @Test("Nothing begins before the client has named itself, nor twice by one id; exchanges are bounded")
    func order() async throws {
        await #expect(throws: AuthSocketSession.Malformed()) { try await session.take(Array("AUTH\t1\tPLAIN".utf8)) }
        _ = try await say("CPID\t1")
        #expect(try await say("HELP\tme") == nil)
        for id in 0..<AuthSocketSession.maximumExchanges {
            #expect(try await say("AUTH\t\(id)\tPLAIN\tsecured") == "CONT\t\(id)\t")
        }
        await #expect(throws: AuthSocketSession.Malformed()) {
            try await session.take(Array("AUTH\t1\tPLAIN\tsecured".utf8))
        }
        // The oldest, which its client may have left long ago, makes room.
        #expect(try await say("AUTH\t5000\tPLAIN\tsecured") == "CONT\t5000\t")
        #expect(try await say("CONT\t0\t") == "FAIL\t0")
        #expect(try await say("CONT\t5000\tAA==") == "FAIL\t5000")
    }

    @Test("What a client of the client's wrote ends its own exchange alone")
    func garbled() async throws {
        _ = try await say("CPID\t1")
        #expect(try await say("AUTH\t1\tPLAIN\tsecured\tresp=?") == "FAIL\t1")
        #expect(try await say("AUTH\t2\tPLAIN\tsecured") == "CONT\t2\t")
        #expect(try await say("CONT\t2\t?") == "FAIL\t2")
        let good = Self.plain("ann@our.test", TestHouse.password)
        for address in ["unknown", "fe80::1%eth0"] {
            #expect(
                try await say("AUTH\t3\tPLAIN\tsecured\trip=\(address)\tresp=\(good)") == "OK\t3\tuser=ann@our.test")
        }
    }
}
