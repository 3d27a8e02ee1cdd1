import Dispatch
import Foundation
import Logging
import Synchronization
import Testing

@testable import SamotopCommand

/// Keeps lines.
final class LineMemory: LineOutput {
    private let all = Mutex<[String]>([])
    var lines: [String] { all.withLock { $0 } }
    func write(_ lines: [String]) { all.withLock { $0 += lines } }
}

/// Takes nothing before it is released.
final class StuckOutput: LineOutput {
    private let memory = LineMemory()
    private let gate = DispatchSemaphore(value: 0)
    var lines: [String] { memory.lines }
    func release() { gate.signal() }
    func write(_ lines: [String]) {
        gate.wait()
        gate.signal()
        memory.write(lines)
    }
}

@Suite("Logging")
struct LoggingTests {
    static func logger(_ change: (inout LogSettings) -> Void = { _ in }) -> (Logger, LineMemory) {
        let memory = LineMemory()
        var settings = LogSettings()
        change(&settings)
        let fixed = settings
        let logger = Logger(label: "samotop") { label in
            LineLogHandler(label: label, settings: fixed, output: memory) { CivilTime(milliseconds: 1_795_388_257_123) }
        }
        return (logger, memory)
    }

    @Test("a line of text: time, level, label, message, fields in order")
    func text() {
        let (logger, memory) = Self.logger()
        logger.info("delivered", metadata: ["octets": "1234", "cause": "two words", "empty": "", "equal": "a=b"])
        #expect(
            memory.lines == [
                "2026-11-22T22:57:37.123Z info samotop: delivered cause=\"two words\" empty=\"\" equal=\"a=b\" octets=1234"
            ])
    }

    @Test("a line of JSON")
    func json() throws {
        let (logger, memory) = Self.logger { $0.format = .json }
        logger.warning("it \"works\"", metadata: ["path": "a\\b", "tab": "a\tb"])
        let line = try #require(memory.lines.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["time"] as? String == "2026-11-22T22:57:37.123Z")
        #expect(object["level"] as? String == "warning")
        #expect(object["message"] as? String == "it \"works\"")
        #expect(object["fields"] as? [String: String] == ["path": "a\\b", "tab": "a\\u{9}b"])
    }

    @Test("levels")
    func levels() {
        let (logger, memory) = Self.logger { $0.level = .warning }
        logger.info("no")
        logger.error("yes")
        #expect(memory.lines.count == 1)
    }

    static let harmful: [String] = [
        "EHLO a\nb", "a\r\n2026-11-22T22:57:37.123Z info samotop: delivered", "\u{1B}[2J\u{1B}[31m", "%n%s%x", "a\0b",
        "\u{9B}31m",
        "\u{2028}x", "soft\u{AD}hyphen", "\u{E0041}\u{E007F}", "\u{61C}\u{180E}", "\u{202E}txt.exe", "a\u{7F}",
        "\u{85}", "x" + String(repeating: "\u{301}", count: 5000),
        String(repeating: "A", count: 10_000), String(repeating: "\n", count: 10_000),
        String(repeating: "😀", count: 3000),
    ]

    @Test(
        "I04: whatever a peer says stays in one line, in one field, within 200 octets", arguments: harmful,
        [LogSettings.Format.text, .json])
    func injection(value: String, format: LogSettings.Format) throws {
        let (logger, memory) = Self.logger {
            $0.format = format
            $0.addresses = .shown
        }
        logger.info("command", metadata: ["line": "\(value)"])
        let line = try #require(memory.lines.first)
        #expect(memory.lines.count == 1)
        #expect(
            line.unicodeScalars.allSatisfy {
                // Unicode's own words for what moves the cursor, hides or turns text.
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
            })
        let limit = OneLine.valueLimit + "…".utf8.count
        #expect(OneLine.escaped(value).utf8.count <= limit)
        // Quoting may double backslashes, never more.
        #expect(line.utf8.count <= 120 + 2 * limit)
        if format == .json {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?.keys.sorted() == ["fields", "level", "logger", "message", "time"])
            #expect((object?["fields"] as? [String: String])?.keys.sorted() == ["line"])
        }
    }

    @Test("I04: in a message or a key, too")
    func injectionElsewhere() {
        let (logger, memory) = Self.logger()
        logger.info("a\nb", metadata: ["k\ney": "v"])
        #expect(memory.lines == ["2026-11-22T22:57:37.123Z info samotop: a\\u{a}b k\\u{a}ey=v"])
    }

    @Test(
        "addresses are masked",
        arguments: [
            ("MAIL FROM:<carol@client.example> SIZE=5", "MAIL FROM:<[hidden]> SIZE=5"),
            ("RCPT TO:<\"carol b\"@client.example>", "RCPT TO:<\"carol b\"[hidden]>"),
            ("EHLO [192.0.2.1]", "EHLO [[hidden]]"), ("EHLO [IPv6:2001:db8::1]", "EHLO [[hidden]]"),
            ("from 192.0.2.1:2525.", "from [hidden]"), ("2001:db8::1", "[hidden]"), ("fe80::1%eth0", "[hidden]"),
            ("[::1]:25", "[[hidden]]:25"), ("ann@example.test,bob@example.test", "[hidden],[hidden]"),
            ("550 5.1.1 no such mailbox", "550 5.1.1 no such mailbox"), ("TLSv1.3", "TLSv1.3"),
            ("mx.example.test", "mx.example.test"), ("10:20:30", "10:20:30"),
            ("2026-11-22T22:57:37.123Z", "2026-11-22T22:57:37.123Z"),
            ("samotop.yaml:12:9: listeners.mx.tls", "samotop.yaml:12:9: listeners.mx.tls"), ("", ""),
        ])
    func mask(text: String, masked: String) {
        #expect(AddressMask.masked(text) == masked)
    }

    @Test("a reader that stands still holds nobody up: lines are dropped, and counted")
    func slowReader() async {
        let output = StuckOutput()
        let queue = QueuedOutput(output, limit: 3)
        for number in 1...10 { queue.write("\(number)") }
        output.release()
        await queue.flush()
        queue.write("later")
        await queue.flush()
        #expect(
            output.lines == [
                "1", "2", "3", "samotop: 7 lines of the log were dropped: nobody read them", "later",
            ])
    }

    @Test("hidden is the default; our own addresses under listen stay")
    func hidden() {
        let (logger, memory) = Self.logger()
        logger.info("from 192.0.2.1", metadata: ["client": "192.0.2.1", "listen": "0.0.0.0:25"])
        #expect(
            memory.lines == ["2026-11-22T22:57:37.123Z info samotop: from [hidden] client=[hidden] listen=0.0.0.0:25"])
        let (open, shown) = Self.logger { $0.addresses = .shown }
        open.info("from 192.0.2.1")
        #expect(shown.lines.first?.hasSuffix("from 192.0.2.1") == true)
    }
}
