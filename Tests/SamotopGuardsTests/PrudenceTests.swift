import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting
import Testing

@Suite struct PrudenceTests {
    static let internet = ClientAddress.ipv4([192, 0, 2, 7])

    private static func service(_ guards: any MailGuard...) throws -> MailService {
        let box = MemoryMailboxes(["u@our.test": ["u"], "v@our.test": ["v"]])
        return try MailService("mx.our.test", delivering: box, clock: ManualClock()) { guards }
    }

    /// The replies to lines that are each sent when the one before was answered.
    private static func converse(
        _ service: MailService, _ lines: [String], role: Role = .mx, client: ClientAddress = internet,
        encryption: ServerSession.Encryption = .unavailable
    ) async throws -> [String] {
        let connection = await MemoryConnection(service, role: role, client: client, encryption: encryption)
        var replies: [String] = []
        _ = try await connection.receive()
        for line in lines {
            try await connection.send(Array("\(line)\r\n".utf8))
            let said = String(decoding: try await connection.receive(), as: UTF8.self)
            replies.append(String(said.split(separator: "\r\n").last?.prefix(9) ?? ""))
        }
        return replies
    }

    private static func hello(
        _ guardian: Prudence, _ name: String, role: Role = .mx, client: ClientAddress = internet
    ) async throws -> String {
        let verb = role == .lmtp ? "LHLO" : "EHLO"
        return try await converse(service(guardian), ["\(verb) \(name)"], role: role, client: client)[0]
    }

    @Test func helloChecks() async throws {
        let ours = try #require(DomainName("mx.our.test"))
        let guardian = Prudence(helloCheck: .refuse, ownNames: [ours])
        for name in ["mx.our.test", "MX.Our.TEST", "localhost", "friend"] {
            #expect(try await Self.hello(guardian, name) == "550 5.7.1", "\(name)")
            // Neither those inside nor an MTA of ours, nor anyone by default.
            #expect(try await Self.hello(guardian, name, client: .local).hasPrefix("250 "))
            #expect(try await Self.hello(guardian, name, role: .lmtp).hasPrefix("250 "))
            #expect(try await Self.hello(Prudence(ownNames: [ours]), name).hasPrefix("250 "))
        }
        for name in ["c.test", "sub.mx.our.test", "[192.0.2.7]", "[IPv6:2001:db8::1]", "xn--bcher-kva.test"] {
            #expect(try await Self.hello(guardian, name).hasPrefix("250 "), "\(name)")
        }
    }

    /// RFC 1918, RFC 3927, RFC 4193, RFC 4291: who is inside may call itself what it likes.
    @Test(
        arguments: [
            ([10, 0, 0, 1], true), ([127, 0, 0, 1], true), ([172, 15, 0, 1], false), ([172, 16, 0, 1], true),
            ([172, 31, 255, 1], true),
            ([172, 32, 0, 1], false), ([192, 168, 1, 1], true), ([192, 169, 1, 1], false), ([169, 254, 1, 1], true),
            ([8, 8, 8, 8], false),
            ([11, 0, 0, 1], false), ([], false),
        ] as [([UInt8], Bool)]) func insideIPv4(_ address: [UInt8], _ isInside: Bool) async throws
    {
        let said = try await Self.hello(Prudence(helloCheck: .refuse), "localhost", client: .ipv4(address))
        #expect(said.hasPrefix("250 ") == isInside)
    }

    @Test(
        arguments: [
            ([0x20, 1, 0xD, 0xB8], 1, false), ([0xFC, 0], 1, true), ([0xFD, 9], 1, true), ([0xFE, 0x80], 1, true),
            ([0xFE, 0xBF], 1, true), ([0xFE, 0xC0], 1, false), ([0xFE, 0x7F], 1, false), ([], 1, true), ([], 0, false),
            ([], 2, false),
        ] as [([UInt8], UInt8, Bool)]) func insideIPv6(_ start: [UInt8], _ end: UInt8, _ isInside: Bool) async throws
    {
        let address = start + [UInt8](repeating: 0, count: 15 - start.count) + [end]
        let said = try await Self.hello(Prudence(helloCheck: .refuse), "localhost", client: .ipv6(address))
        #expect(said.hasPrefix("250 ") == isInside)
    }

    /// RFC 5321 §3.6.3: a notification goes to one recipient; LMTP comes after such a split.
    @Test func nullReversePath() async throws {
        let service = try Self.service(Prudence())
        let lines = ["MAIL FROM:<>", "RCPT TO:<u@our.test>", "RCPT TO:<v@our.test>", "DATA"]
        #expect(
            try await Self.converse(service, ["EHLO c.test"] + lines).suffix(4) == [
                "250 2.1.0", "250 2.1.5", "550 5.5.3", "354 Start",
            ])
        #expect(try await Self.converse(service, ["LHLO c.test"] + lines, role: .lmtp)[3] == "250 2.1.5")
        let other = ["EHLO c.test", "MAIL FROM:<a@out.test>"] + lines.dropFirst()
        #expect(try await Self.converse(service, other)[3] == "250 2.1.5")
        // A first recipient that doesn't exist is none.
        let unknown = ["EHLO c.test", "MAIL FROM:<>", "RCPT TO:<no@our.test>", "RCPT TO:<u@our.test>"]
        #expect(try await Self.converse(service, unknown).suffix(2) == ["550 5.1.1", "250 2.1.5"])
    }

    @Test func conduct() {
        let standard = Prudence().conduct
        #expect(
            standard.earlyTalker == .refuse && standard.illegalPipelining == .refuse && standard.longLines == .refuse)
        #expect(standard.greetingDelay == .zero && standard.errorDelay == .zero && standard.maximumErrors == nil)
        let own = Prudence(
            bannerDelay: .seconds(2), earlyTalker: .note, illegalPipelining: .note, longLines: .note, maximumErrors: 5,
            tarpit: .seconds(1)
        ).conduct
        #expect(own.greetingDelay == .seconds(2) && own.errorDelay == .seconds(1) && own.maximumErrors == 5)
        #expect(own.earlyTalker == .note && own.illegalPipelining == .note && own.longLines == .note)
        #expect(own.merged(with: standard).earlyTalker == .refuse)
        #expect(own.merged(with: standard).maximumErrors == 5)
    }

    /// The conduct arrives at the machine: each of these closes the session with Prudence and not without.
    @Test(arguments: [
        ("EHLO c.test\r\nNOOP", "554 5.5.0"), ("EHLO c.test\r\nMAIL FROM:<a@out.test>", "554 5.5.0"),
    ]) func illegalPipelining(_ lines: String, _ code: String) async throws {
        #expect(try await Self.converse(Self.service(Prudence()), [lines])[0] == code)
        #expect(
            try await Self.converse(Self.service(Prudence(illegalPipelining: .note)), [lines])[0].hasPrefix("250 2"))
    }

    @Test func longLines() async throws {
        let lines = [
            "EHLO c.test", "MAIL FROM:<a@out.test>", "RCPT TO:<u@our.test>", "DATA",
            String(repeating: "x", count: 999) + "\r\n.",
        ]
        #expect(try await Self.converse(Self.service(Prudence()), lines).last == "550 5.6.0")
        #expect(try await Self.converse(Self.service(Prudence(longLines: .note)), lines).last == "250 2.0.0")
    }
}
