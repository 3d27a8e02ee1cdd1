import InternetMessage
import SMTP
import Testing

@Suite struct ContentEncodingTests {
    static func encoding(_ part: MessagePart, _ extensions: Extensions = []) throws -> TransferEncoding {
        let message = try built(draft().body(part).allowing(extensions))
        return try #require(MIMEMessage(message.bytes).entities.last).transferEncoding
    }

    @Test("the plainest encoding that carries the content")
    func choice() throws {
        let long = String(repeating: "x", count: 999)
        #expect(try Self.encoding(.plain("hello\nworld\n")) == .sevenBit)
        #expect(try Self.encoding(.plain("Grüße\n")) == .quotedPrintable)
        #expect(try Self.encoding(.plain("Grüße\n"), .eightBitMIME) == .eightBit)
        #expect(try Self.encoding(.plain("日本語日本語日本語\n")) == .base64)
        #expect(try Self.encoding(.plain(String(long.dropLast()))) == .sevenBit)
        #expect(try Self.encoding(.plain(long)) == .quotedPrintable)
        #expect(try Self.encoding(.plain("ä" + long), .eightBitMIME) == .quotedPrintable)
        #expect(try Self.encoding(.plain("a\0b")) == .quotedPrintable)
        #expect(try Self.encoding(.octets(bytes("hello"), type: "image/png")) == .base64)
        #expect(try Self.encoding(.mixed(.octets(bytes("a\r\nb"), type: "text/csv"))) == .sevenBit)
        // what does not end with a line end cannot stand at the end of a message as it is
        #expect(try Self.encoding(.octets(bytes("a\r\nb"), type: "text/csv")) == .quotedPrintable)
        #expect(try Self.encoding(.octets(bytes("a\nb\n"), type: "text/csv")) == .quotedPrintable)
        #expect(try Self.encoding(.octets([], type: "text/csv")) == .sevenBit)
    }

    @Test("an encoding that cannot carry the content throws")
    func refused() throws {
        let long = String(repeating: "x", count: 999) + "\r\n"
        let cases: [(MessagePart, Extensions, TransferEncoding)] = [
            (.plain("ä\n"), .all, .sevenBit), (.plain("ä\n"), [], .eightBit), (.plain(long), .all, .eightBit),
            (.plain(long), .all, .sevenBit), (.plain("\0\n"), .all, .eightBit), (.plain("x\n"), [], .binary),
            (.octets(bytes("a\nb\r\n"), type: "image/png"), .all, .sevenBit),
            (.octets(bytes("a\rb\r\n"), type: "image/png"), .all, .eightBit),
            (.octets(bytes("a"), type: "image/png"), .all, .sevenBit), (.plain("x\n"), .all, .uuencode),
            (.plain("x\n"), .all, .other(bytes("x-y"))), (.message(bytes("A: b\r\n\r\nx\r\n")), .all, .base64),
            (.message(bytes("A: b\r\n\r\nä\r\n")), [], .eightBit), (.mixed(.plain("a")), .all, .base64),
            (.message(bytes("A: b\r\n\r\nä\r\n")), .all, .sevenBit),
        ]
        for (part, extensions, encoding) in cases {
            let builder = draft().body(part.encoded(encoding)).allowing(extensions)
            #expect(failure(builder) == .encodingCannotCarry(encoding), "\(encoding)")
        }
        for encoding in [TransferEncoding.base64, .quotedPrintable, .sevenBit, .eightBit, .binary] {
            #expect(try Self.encoding(.plain("x\n").encoded(encoding), .all) == encoding)
        }
        let binary = try built(
            draft().body(.octets([0, 1, 10, 13, 10], type: "image/png").encoded(.binary)).allowing(.all))
        #expect(binary.needs.body == .binaryMIME)
        #expect(binary.needs.extensions == [.binaryMIME, .chunking])
        #expect(binary.bytes.suffix(5) == [0, 1, 10, 13, 10])
        let eight = try built(draft().body(.mixed(.plain("ä"))).allowing(.eightBitMIME))
        #expect(eight.needs.body == .eightBitMIME)
        #expect(field(.contentTransferEncoding, eight) == "8bit")
        #expect(eight.parameters.body == .eightBitMIME)
    }

    @Test("octets come out as they went in, in each encoding, at each place", arguments: [UInt64(31), 32, 33])
    func octets(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            [13, 10], [13], [10], [0], [0x20], [9], [0x3D], bytes("From "), bytes("."), [0xFF], bytes("ä"),
            bytes("abc"),
            bytes("--"), bytes("=_"),
        ]
        for _ in 0..<120 {
            let count = Int.random(in: 0...60, using: &generator)
            let content = (0..<count).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
            for encoding in [TransferEncoding?.none, .base64, .quotedPrintable] {
                for type in ["text/csv", "image/png", "message/delivery-status"] {
                    var part = MessagePart.octets(content, type: type)
                    if let encoding { part = part.encoded(encoding) }
                    for body in [part, .mixed(part), .mixed(part, .plain("x"))] {
                        let message = try built(draft().body(body))
                        #expect(faults(of: message) == [])
                        let read = MIMEMessage(message.bytes)
                        let place = try #require(read.entities.first { !$0.isMultipart })
                        #expect(read.content(of: place) == DecodedContent(bytes: content, isDamaged: false))
                        if place.transferEncoding == .quotedPrintable || place.transferEncoding == .base64 {
                            let lines = message.bytes[place.bodyRange].split(separator: 10)
                            #expect(lines.allSatisfy { $0.count <= 77 })
                        }
                    }
                }
            }
        }
    }

    @Test("text comes out with CRLF at its line ends")
    func texts() throws {
        let cases = [
            ("", ""), ("a", "a\r\n"), ("a\n", "a\r\n"), ("a\r\n\r\nb\rc\n", "a\r\n\r\nb\r\nc\r\n"), ("ä", "ä"),
            ("ä\n", "ä\r\n"),
            ("日本語日本語日本語\r", "日本語日本語日本語\r\n"), ("\n\n", "\r\n\r\n"),
        ]
        for (given, expected) in cases {
            let message = try built(draft().body(given))
            let read = MIMEMessage(message.bytes)
            #expect(text(read.content(of: read.entities[0]).bytes) == expected, "\(given.debugDescription)")
        }
    }

    @Test("media types: text has a charset, containers and messages are not content")
    func types() throws {
        #expect(failure(draft().body(.octets([], type: "multipart/mixed"))) == .invalidMediaType)
        #expect(failure(draft().body(.octets([], type: "message/rfc822"))) == .invalidMediaType)
        #expect(failure(draft().body(.text("x", type: "image/png"))) == .invalidMediaType)
        for type in [
            "", "text", "/", "text/", "/plain", "te xt/plain", "text/pl(x)ain", "text/plain; a",
            "text/plain; a=b; a=c x",
        ] {
            #expect(failure(draft().body(.octets([], type: type))) == .invalidMediaType, "\(type)")
        }
        #expect(
            failure(draft().body(.text("x", type: "text/plain; charset=us-ascii")))
                == .invalidParameter(in: .contentType))
        #expect(failure(draft().body(.plain("x").parameter("charset", "utf-8"))) == nil)
        #expect(failure(draft().body(.plain("x").parameter("a b", "c"))) == .invalidParameter(in: .contentType))
        #expect(
            failure(draft().body(.plain("x").parameter("a", "b").parameter("A", "c")))
                == .invalidParameter(in: .contentType))
        #expect(
            failure(draft().body(.mixed(.plain("x")).parameter("boundary", "c"))) == .invalidParameter(in: .contentType)
        )
        let calendar = try built(draft().body(.text("BEGIN", type: "text/calendar; method=REQUEST")))
        #expect(field(.contentType, calendar) == "text/calendar; charset=utf-8; method=REQUEST")
    }
}
