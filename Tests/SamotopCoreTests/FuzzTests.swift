import Foundation
import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// Whatever comes, the server neither traps nor says anything that is no reply.
///
/// `SAMOTOP_FUZZ_SESSIONS` sets the number of sessions, `SAMOTOP_FUZZ_SEED` the first seed.
@Suite struct FuzzTests {
    static let sessions = ProcessInfo.processInfo.environment["SAMOTOP_FUZZ_SESSIONS"].flatMap(Int.init) ?? 10_000
    static let seed = ProcessInfo.processInfo.environment["SAMOTOP_FUZZ_SEED"].flatMap(UInt64.init) ?? 0x5321

    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
        mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
        mutating func one<Element>(of elements: [Element]) -> Element { elements[number(0..<elements.count)] }
        mutating func often(_ one: Int) -> Bool { number(0..<one) != 0 }
    }

    static let words: [String] = [
        "EHLO c.test\r\n", "HELO [192.0.2.1]\r\n", "LHLO c.test\r\n", "MAIL FROM:<a@out.test>\r\n", "MAIL FROM:<>\r\n",
        "MAIL FROM:<a@out.test> SIZE=99 BODY=BINARYMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb\r\n", "RCPT TO:<u@our.test>\r\n",
        "RCPT TO:<Postmaster>\r\n", "RCPT TO:<v@our.test> NOTIFY=NEVER ORCPT=rfc822;a+40b\r\n",
        "RCPT TO:<no@our.test>\r\n",
        "DATA\r\n", "BDAT 5\r\nab\r\nc", "BDAT 4 LAST\r\nab\r\n", "BDAT 0 LAST\r\n", "BDAT 99999999999999999999\r\n",
        "RSET\r\n",
        "NOOP x\r\n", "HELP\r\n", "VRFY u\r\n", "EXPN l\r\n", "STARTTLS\r\n", "AUTH PLAIN =\r\n", "QUIT\r\n", ".\r\n",
        "..\r\n", "\r\n",
        "Subject: x\r\n\r\n", "Received: x\r\n", "Authentication-Results: mx.our.test; x\r\n",
        "Return-Path:\r\n <x>\r\n", "\r\n.\r\n",
        "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}", "é@ü.test", "\"\\\\", "[IPv6:::1]", "<", ">", "@", ":", " ", "\0",
        "\r", "\n",
    ]

    /// A plausible session, broken in a few places.
    static func stream(_ random: inout Random) -> [UInt8] {
        var octets = random.often(4) ? Array("EHLO c.test\r\n".utf8) : []
        if random.often(3) { octets += Array("MAIL FROM:<a@out.test>\r\nRCPT TO:<u@our.test>\r\n".utf8) }
        for _ in 0..<random.number(0..<12) { octets += Array(random.one(of: words).utf8) }
        if random.often(2) { octets += Array("DATA\r\nSubject: x\r\n\r\n\(random.one(of: words))\r\n.\r\n".utf8) }
        for _ in 0..<random.number(0..<4) where !octets.isEmpty {
            let place = random.number(0..<octets.count)
            switch random.number(0..<6) {
            case 0: octets[place] = UInt8.random(in: 0...255, using: &random)
            case 1: octets.remove(at: place)
            case 2: octets.insert(random.one(of: [0, 9, 10, 13, 32, 46, 62, 64, 92, 128, 255]), at: place)
            case 3: octets[place] ^= 1 << UInt8(random.number(0..<8))
            case 4: octets.insert(contentsOf: octets[place...].prefix(random.number(0..<20)), at: place)
            default:
                octets.insert(contentsOf: [UInt8](repeating: octets[place], count: random.number(0..<1_200)), at: place)
            }
        }
        if random.number(0..<50) == 0 {
            octets = (0..<random.number(0..<300)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        return octets
    }

    private static func service(_ box: MemoryMailboxes, _ treatment: ServerSession.Treatment) throws -> MailService {
        var limits = SessionLimits()
        limits.messageSize = 1_000
        limits.headerSize = 300
        limits.recipients = 3
        var conduct = Conduct()
        conduct.illegalPipelining = treatment
        return try .test(box, limits: limits, TestGuard(conduct: conduct))
    }

    @Test func nothingTraps() async throws {
        let tls: [ServerSession.Encryption] = [.unavailable, .offered, .required, .active]
        var box = mailboxes()
        var services = [try Self.service(box, .note), try Self.service(box, .refuse)]
        var messages = 0
        for number in 0..<Self.sessions {
            var random = Random(state: Self.seed &+ UInt64(number))
            let stream = Self.stream(&random)
            let connection = await MemoryConnection(
                random.one(of: services), role: random.often(5) ? .mx : .lmtp, encryption: random.one(of: tls),
                pieceSize: random.one(of: [1, 2, 7, 64, .max]))
            try await connection.send(stream)
            let output = try await connection.receive()
            if random.number(0..<8) == 0 { try await connection.drop() }
            if let flaw = flaw(inReplies: output) {
                Issue.record(
                    "seed \(Self.seed &+ UInt64(number)): \(flaw) in \(String(decoding: output, as: UTF8.self))")
                return
            }
            guard number % 500 == 499 || number == Self.sessions - 1 else { continue }
            messages += box.delivered.count
            box = mailboxes()
            services = [try Self.service(box, .note), try Self.service(box, .refuse)]
        }
        // Some of it was mail.
        #expect(messages > Self.sessions / 100, "\(messages)")
    }

    /// What is in a mailbox can be sent on: no bare CR or LF, unless it came as binary.
    @Test func noBareNewlineIsEverStored() async throws {
        let box = mailboxes()
        let service = try Self.service(box, .note)
        for number in 0..<3_000 {
            var random = Random(state: Self.seed &+ UInt64(number))
            var stream = Array("EHLO c.test\r\nMAIL FROM:<a@out.test>\r\nRCPT TO:<u@our.test>\r\nDATA\r\n".utf8)
            for _ in 0..<random.number(0..<10) {
                stream += Array(
                    random.one(of: ["\r\n", "\r\n", ".", "\r\n.\r\n", "x", "Subject: x\r\n", "Return-Path", "\r", "\n"])
                        .utf8)
            }
            let connection = await MemoryConnection(service, pieceSize: random.one(of: [1, 3, .max]))
            try await connection.send(stream)
        }
        #expect(box.delivered.count > 100)
        for message in box.delivered {
            var before: UInt8 = 0
            var isPaired = message.content.isEmpty || message.content.suffix(2) == [0x0D, 0x0A]
            for octet in message.content {
                if (before == 0x0D) != (octet == 0x0A) { isPaired = false }
                before = octet
            }
            #expect(isPaired, "\(message.content)")
        }
    }
}
