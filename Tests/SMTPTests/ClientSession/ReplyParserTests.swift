import Testing

@testable import SMTP

@Suite("Replies of servers (RFC 5321 §4.2)") struct ReplyParserTests {
    static func parse(_ text: String, _ limits: ReplyParser.Limits = .init()) -> Result<ServerReply?, ReplyParser.Fault>
    {
        parse(Array(text.utf8), limits)
    }

    static func parse(_ octets: [UInt8], _ limits: ReplyParser.Limits = .init()) -> Result<
        ServerReply?, ReplyParser.Fault
    > {
        var parser = ReplyParser(limits)
        do throws(ReplyParser.Fault) {
            return .success(try parser.next(octets.span).reply)
        } catch {
            return .failure(error)
        }
    }

    @Test("one line, several lines, a code alone; the enhanced code if its class fits")
    func forms() throws {
        let one = try #require(try Self.parse("550 5.1.1 No such user\r\n").get())
        #expect(one.code == 550)
        #expect(one.status == EnhancedStatusCode(5, 1, 1))
        #expect(one.lines == [Array("5.1.1 No such user".utf8)])
        let three = try #require(try Self.parse("250-first\r\n250-\r\n250 last\r\n").get())
        #expect(three.lines == [Array("first".utf8), [], Array("last".utf8)])
        #expect(try Self.parse("250\r\n").get() == ServerReply(code: 250))
        #expect(try Self.parse("250 \r\n").get() == ServerReply(code: 250))
        for text in ["550 4.1.1 no", "550 5.1 no", "550 5.1.1no", "550 5.1.1234 no", "550 5..1 no", "550 x5.1.1"] {
            #expect(try Self.parse(text + "\r\n").get()?.status == nil, "\(text)")
        }
        #expect(try Self.parse("250 2.0.0\r\n").get()?.status == EnhancedStatusCode(2, 0, 0))
        #expect(try Self.parse("571 no\r\n").get()?.code == 571)
    }

    @Test("a bare LF and several CR end a line too")
    func tolerance() throws {
        #expect(try Self.parse("250-a\n250 b\n").get()?.lines == [[0x61], [0x62]])
        #expect(try Self.parse("250 a\r\r\n").get()?.lines == [[0x61]])
    }

    @Test("nothing is a reply before its last line is complete")
    func incomplete() throws {
        for text in ["", "2", "250", "250 ok", "250 ok\r", "250-ok\r\n", "250-ok\r\n250 x\r"] {
            #expect(try Self.parse(text).get() == nil, "\(text)")
        }
    }

    @Test("I07: what is no reply is an error")
    func faults() {
        let cases: [(String, ReplyParser.Fault)] = [
            ("\r\n", .noCode), ("25\r\n", .noCode), ("hello\r\n", .noCode), ("HTTP/1.1 400 Bad Request\r\n", .noCode),
            ("150 x\r\n", .noCode), ("650 x\r\n", .noCode), ("2x0 x\r\n", .noCode), (" 250 x\r\n", .noCode),
            ("250x\r\n", .separator), ("2500\r\n", .separator), ("250\tx\r\n", .separator),
            ("250-a\r\n251 b\r\n", .codeChanged), ("250-a\r\n550 b\r\n", .codeChanged), ("250-a\r\nb\r\n", .noCode),
            ("250 a\rb\r\n", .control), ("250 a\0b\r\n", .control), ("\0", .control), ("250 a\r b", .control),
        ]
        for (text, fault) in cases {
            #expect(Self.parse(text) == .failure(fault), "\(text.debugDescription)")
        }
    }

    @Test("I07: each bound holds, and what is just within it passes")
    func bounds() throws {
        var limits = ReplyParser.Limits()
        limits.lineLength = 20
        limits.lines = 3
        limits.octets = 50
        #expect(try Self.parse("250 45678901234567\r\n", limits).get() != nil)
        #expect(Self.parse("250 456789012345678\r\n", limits) == .failure(.lineTooLong))
        #expect(Self.parse(String(repeating: "2", count: 20), limits) == .failure(.lineTooLong))
        #expect(try Self.parse(String(repeating: "2", count: 19), limits).get() == nil)
        #expect(try Self.parse("250-a\r\n250-a\r\n250 a\r\n", limits).get() != nil)
        #expect(Self.parse("250-a\r\n250-a\r\n250-a\r\n250 a\r\n", limits) == .failure(.tooManyLines))
        #expect(try Self.parse("250-1234567890123\r\n250-1234567890123\r\n250 345678\r\n", limits).get() != nil)
        #expect(Self.parse("250-1234567890123\r\n250-1234567890123\r\n250 3456789\r\n", limits) == .failure(.tooLong))
    }

    @Test("I07: an endless reply ends in an error and is not kept")
    func endless() {
        var parser = ReplyParser()
        let line = Array("250-more and more\r\n".utf8)
        var octets = 0
        while true {
            octets += line.count
            do throws(ReplyParser.Fault) {
                _ = try parser.next(line.span)
            } catch {
                #expect(error == .tooManyLines)
                break
            }
            guard octets < 1 << 20 else {
                Issue.record("still reading")
                break
            }
        }
        #expect(octets <= 257 * line.count)
    }

    @Test("I07: a million lines, and ten megabytes without an end of line, are errors also when they come at once")
    func huge() {
        #expect(Self.parse(String(repeating: "250-more\r\n", count: 1_000_000)) == .failure(.tooManyLines))
        #expect(Self.parse([UInt8](repeating: 0x32, count: 10 << 20)) == .failure(.lineTooLong))
    }

    @Test("I07: a NUL is an error wherever it stands")
    func nul() {
        let reply = Array("250-a\r\n250 b\r\n".utf8)
        for index in reply.indices {
            var octets = reply
            octets.insert(0, at: index)
            #expect(Self.parse(octets) == .failure(.control), "at \(index)")
        }
    }

    @Test("any split of the bytes brings the same replies")
    func splits() throws {
        let stream = Array("220 a b\r\n250-x\r\n250-y\n250 z\r\n354\r\n550 5.7.1 no\r\n".utf8)
        for size in 1...stream.count {
            var parser = ReplyParser()
            var replies: [ServerReply] = []
            var waiting: [UInt8] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                waiting += stream[start..<min(start + size, stream.count)]
                while true {
                    let (consumed, reply) = try parser.next(waiting.span)
                    waiting.removeFirst(consumed)
                    guard let reply else { break }
                    replies.append(reply)
                }
            }
            #expect(replies.map(\.code) == [220, 250, 354, 550], "pieces of \(size)")
            #expect(replies.map(\.lines.count) == [1, 3, 1, 1], "pieces of \(size)")
            #expect(waiting.isEmpty)
        }
    }

    @Test("I07: random octets never trap and never grow", arguments: 0..<4)
    func noise(seed: UInt64) {
        print("ReplyParserTests.noise seed \(seed)")
        var random = Pseudorandom(seed)
        let alphabet = Array("2345 50-\r\n\0x.".utf8)
        for _ in 0..<2000 {
            let octets = (0..<Int(random.next() % 60)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            if case .success(let reply?) = Self.parse(octets) {
                #expect((200...599).contains(reply.code))
                #expect(!reply.text.contains(0x0D) && !reply.text.contains(0))
            }
        }
    }

    @Test("a description shows codes and no text")
    func privacy() throws {
        let reply = try #require(try Self.parse("550 5.1.1 <ann@out.test> unknown\r\n").get())
        #expect("\(reply)" == "550 5.1.1")
    }
}

/// SplitMix64.
struct Pseudorandom {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
