import Testing

@testable import SMTP

/// BDAT (RFC 3030).
@Suite struct ChunkTests {
    private static func driver(
        _ mail: String = "MAIL FROM:<a@out.test>", _ change: (inout ServerSession.Configuration) -> Void = { _ in }
    ) -> Driver {
        var configuration = Driver.configuration()
        change(&configuration)
        let driver = Driver(configuration)
        driver.begin(mail)
        return driver
    }

    /// All the sizes of chunks, in any pieces: the same octets, a reply for each chunk.
    @Test func chunksInAnyPieces() {
        let content = Array("Subject: x\r\n\r\n.\r\n..a\r\nlast\r\n".utf8)
        for size in [1, 2, 3, 7, 13, content.count] {
            var stream: [UInt8] = []
            var chunks = 0
            for start in stride(from: 0, to: content.count, by: size) {
                let chunk = content[start..<min(start + size, content.count)]
                let isLast = chunk.endIndex == content.count
                stream += Array("BDAT \(chunk.count)\(isLast ? " LAST" : "")\r\n".utf8) + chunk
                chunks += 1
            }
            for piece in [1, 2, 3, 5, stream.count] {
                let driver = Self.driver()
                var said = ""
                for start in stride(from: 0, to: stream.count, by: piece) {
                    said += driver.send(Array(stream[start..<min(start + piece, stream.count)]))
                }
                #expect(codes(said) == Array(repeating: "250 2.0.0", count: chunks))
                #expect(driver.messages == [content], "chunks of \(size) in pieces of \(piece)")
            }
        }
    }

    @Test func emptyLastChunk() {
        let driver = Self.driver()
        driver.send(Array("BDAT 3\r\na\r\n".utf8))
        #expect(codes(driver.say("BDAT 0 LAST")) == ["250 2.0.0"])
        #expect(driver.messages == [Array("a\r\n".utf8)])
        let empty = Self.driver()
        #expect(codes(empty.say("BDAT 0 LAST")) == ["250 2.0.0"])
        #expect(empty.messages == [[]])
    }

    /// S16: a size that is none, or more than anyone would read: the octets can't be told from commands.
    @Test(arguments: [
        ("BDAT 18446744073709551616", "501 5.5.4"), ("BDAT -1", "501 5.5.4"), ("BDAT", "501 5.5.4"),
        ("BDAT x", "501 5.5.4"),
        ("BDAT 5 FIRST", "501 5.5.4"), ("BDAT 18446744073709551615", "552 5.3.4"),
        ("BDAT 999999999999 LAST", "552 5.3.4"),
    ]) func badSize(_ line: String, _ code: String) {
        let driver = Self.driver()
        #expect(codes(driver.say(line, "MAIL FROM:<eve@out.test>")) == [code])
        #expect(driver.isClosed && driver.messages.isEmpty)
        // Nor where no chunk is due.
        let early = Driver()
        early.run()
        #expect(codes(early.say(line, "NOOP")) == [code] && early.isClosed)
    }

    /// S16: a chunk ends where it was said to end; the rest is a command, if a bad one.
    @Test func octetsBeyondTheChunk() {
        let driver = Self.driver()
        #expect(
            codes(driver.send(Array("BDAT 5 LAST\r\nhelloXYZ\r\nNOOP\r\n".utf8))) == [
                "250 2.0.0", "500 5.5.2", "250 2.0.0",
            ])
        #expect(driver.messages == [Array("hello".utf8)])
    }

    /// S16: chunks of nothing are idle commands; chunks of little are content.
    @Test func endlessChunks() {
        let driver = Self.driver { $0.maximumJunkCommands = 20 }
        let said = driver.send(Array(repeating: Array("BDAT 0\r\n".utf8), count: 1_000).flatMap { $0 })
        #expect(codes(said) == Array(repeating: "250 2.0.0", count: 20) + ["421 4.7.0"])
        #expect(driver.isClosed)

        let small = Self.driver { $0.maximumMessageSize = 50 }
        let more = small.send(Array(repeating: Array("BDAT 1\r\nx".utf8), count: 51).flatMap { $0 })
        #expect(codes(more) == Array(repeating: "250 2.0.0", count: 50) + ["552 5.3.4"])
    }

    /// S16: a sum beyond SIZE is refused once, and the transaction is over (S13: DATA alone is 503 then).
    @Test func sumBeyondTheLimit() {
        let driver = Self.driver { $0.maximumMessageSize = 10 }
        #expect(codes(driver.send(Array("BDAT 8\r\n12345678".utf8))) == ["250 2.0.0"])
        #expect(codes(driver.send(Array("BDAT 8\r\n12345678".utf8))) == ["552 5.3.4"])
        #expect(codes(driver.send(Array("BDAT 6 LAST\r\nNOOP\r\nDATA\r\n".utf8))) == ["503 5.5.1", "503 5.5.1"])
        #expect(driver.state == "ready" && driver.messages.isEmpty)
    }

    /// A refused chunk that ends between CR and LF holds no bare CR: 552, and the session goes on.
    @Test func refusedChunkEndsInsideALineEnd() {
        let driver = Self.driver { $0.maximumMessageSize = 3 }
        #expect(codes(driver.send(Array("BDAT 5\r\nabcd\r".utf8))) == ["552 5.3.4"])
        #expect(!driver.isClosed)
    }

    /// S17: DATA and BDAT don't mix in a transaction.
    @Test func dataAfterChunk() {
        let driver = Self.driver()
        driver.send(Array("BDAT 3\r\na\r\n".utf8))
        #expect(codes(driver.say("DATA")) == ["503 5.5.1"])
        #expect(codes(driver.say("RCPT TO:<v@our.test>")) == ["503 5.5.1"])
        #expect(codes(driver.say("BDAT 0 LAST")) == ["250 2.0.0"])
        // Within DATA, BDAT is content.
        driver.begin()
        driver.say("DATA")
        #expect(codes(driver.say("BDAT 3 LAST", ".")) == ["250 2.0.0"])
        #expect(driver.messages.last == Array("BDAT 3 LAST\r\n".utf8))
    }

    /// S13: chunks that no transaction wants are read all the same, so that none of them is taken for commands.
    @Test func unwantedChunks() {
        let early = Driver()
        early.run()
        #expect(codes(early.send(Array("BDAT 6\r\nQUIT\r\nNOOP\r\n".utf8))) == ["503 5.5.1", "250 2.0.0"])
        for piece in 1...40 {
            let driver = Driver()
            driver.say("EHLO c.test")
            driver.say("MAIL FROM:<a@out.test>")
            var said = ""
            let stream = Array("BDAT 24\r\nRCPT TO:<u@our.test>\r\n\r\nNOOP\r\n".utf8)
            for start in stride(from: 0, to: stream.count, by: piece) {
                said += driver.send(Array(stream[start..<min(start + piece, stream.count)]))
            }
            #expect(codes(said) == ["503 5.5.1", "250 2.0.0"], "\(piece)")
            #expect(driver.state == "transaction")
        }
    }

    /// Where policy has no room, the chunk is read too.
    @Test func refusedRoom() {
        let driver = Driver { $0 == .content ? .reply(ReplyWords.insufficientStorage.postponing) : .proceed }
        driver.begin()
        #expect(codes(driver.send(Array("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n".utf8))) == ["452 4.3.1", "250 2.0.0"])
        driver.begin()
        #expect(codes(driver.say("DATA")) == ["452 4.3.1"])
        #expect(driver.state == "recipients")
    }

    /// RFC 3030 §3: binary content may hold anything; other content no bare CR or LF, wherever the chunks are cut.
    @Test func binaryContent() {
        let content: [UInt8] = [0, 0x0A, 0x0D, 0x0D, 0x0A, 0x2E, 0x0A, 0xFF]
        let driver = Self.driver("MAIL FROM:<a@out.test> BODY=BINARYMIME")
        #expect(codes(driver.say("DATA")) == ["503 5.5.1"])
        #expect(codes(driver.send(Array("BDAT 8 LAST\r\n".utf8) + content)) == ["250 2.0.0"])
        #expect(driver.messages == [content])
        for stream in [
            "BDAT 3 LAST\r\na\nb", "BDAT 2\r\na\rBDAT 1 LAST\r\nb", "BDAT 2 LAST\r\na\r", "BDAT 1\r\n\nBDAT 0 LAST\r\n",
        ] {
            let text = Self.driver()
            #expect(codes(text.send(Array(stream.utf8))).last == "550 5.5.2", "\(stream)")
            #expect(text.isClosed && text.messages.isEmpty)
        }
        let whole = Self.driver()
        whole.send(Array("BDAT 2\r\na\rBDAT 2 LAST\r\n\nb".utf8))
        #expect(whole.messages == [Array("a\r\nb".utf8)])
    }

    @Test(arguments: [
        ("a\0b", "550 5.6.0"), ("From x\r\n", "550 5.6.0"), (String(repeating: "a", count: 999), "550 5.6.0"),
    ])
    func findingsInChunks(_ content: String, _ code: String) {
        for cut in [0, 1, content.utf8.count] {
            let bytes = Array(content.utf8)
            let driver = Self.driver()
            driver.send(Array("BDAT \(cut)\r\n".utf8) + bytes[..<cut])
            #expect(codes(driver.send(Array("BDAT \(bytes.count - cut) LAST\r\n".utf8) + bytes[cut...])) == [code])
            #expect(driver.state == "ready")
        }
    }
}
