import Testing

@testable import SMTP

/// Every state and every command: the reply, and the state that follows; `=` is the same state.
@Suite struct StateTableTests {
    static let table = """
        command      | greeting         | ready                 | transaction          | recipients           | chunked
        EHLO         | 250 ready        | 250 ready             | 250 ready            | 250 ready            | 250 ready
        HELO         | 250 ready        | 250 ready             | 250 ready            | 250 ready            | 250 ready
        LHLO         | 500 5.5.2 =      | 500 5.5.2 =           | 500 5.5.2 =          | 500 5.5.2 =          | 500 5.5.2 =
        MAIL         | 503 5.5.1 =      | 250 2.1.0 transaction | 503 5.5.1 =          | 503 5.5.1 =          | 503 5.5.1 =
        RCPT         | 503 5.5.1 =      | 503 5.5.1 =           | 250 2.1.5 recipients | 250 2.1.5 =          | 503 5.5.1 =
        DATA         | 503 5.5.1 =      | 503 5.5.1 =           | 503 5.5.1 =          | 354 receiving        | 503 5.5.1 =
        BDAT         | 503 5.5.1 =      | 503 5.5.1 =           | 503 5.5.1 =          | 250 2.0.0 chunked    | 250 2.0.0 =
        BDAT LAST    | 503 5.5.1 =      | 503 5.5.1 =           | 503 5.5.1 =          | 250 2.0.0 ready      | 250 2.0.0 ready
        RSET         | 250 2.0.0 =      | 250 2.0.0 =           | 250 2.0.0 ready      | 250 2.0.0 ready      | 250 2.0.0 ready
        VRFY         | 252 2.1.5 =      | 252 2.1.5 =           | 252 2.1.5 =          | 252 2.1.5 =          | 252 2.1.5 =
        EXPN         | 502 5.5.1 =      | 502 5.5.1 =           | 502 5.5.1 =          | 502 5.5.1 =          | 502 5.5.1 =
        HELP         | 214 2.0.0 =      | 214 2.0.0 =           | 214 2.0.0 =          | 214 2.0.0 =          | 214 2.0.0 =
        NOOP         | 250 2.0.0 =      | 250 2.0.0 =           | 250 2.0.0 =          | 250 2.0.0 =          | 250 2.0.0 =
        QUIT         | 221 2.0.0 closed | 221 2.0.0 closed      | 221 2.0.0 closed     | 221 2.0.0 closed     | 221 2.0.0 closed
        STARTTLS     | 503 5.5.1 =      | 220 2.0.0 securing    | 220 2.0.0 securing   | 220 2.0.0 securing   | 220 2.0.0 securing
        AUTH         | 502 5.5.1 =      | 502 5.5.1 =           | 502 5.5.1 =          | 502 5.5.1 =          | 502 5.5.1 =
        unknown      | 500 5.5.2 =      | 500 5.5.2 =           | 500 5.5.2 =          | 500 5.5.2 =          | 500 5.5.2 =
        empty        | 500 5.5.2 =      | 500 5.5.2 =           | 500 5.5.2 =          | 500 5.5.2 =          | 500 5.5.2 =
        control      | 501 5.5.2 =      | 501 5.5.2 =           | 501 5.5.2 =          | 501 5.5.2 =          | 501 5.5.2 =
        bad EHLO     | 501 5.5.4 =      | 501 5.5.4 =           | 501 5.5.4 =          | 501 5.5.4 =          | 501 5.5.4 =
        bad MAIL     | 501 5.1.7 =      | 501 5.1.7 =           | 501 5.1.7 =          | 501 5.1.7 =          | 501 5.1.7 =
        bad RCPT     | 501 5.1.3 =      | 501 5.1.3 =           | 501 5.1.3 =          | 501 5.1.3 =          | 501 5.1.3 =
        bad DATA     | 501 5.5.4 =      | 501 5.5.4 =           | 501 5.5.4 =          | 501 5.5.4 =          | 501 5.5.4 =
        bad BDAT     | 501 5.5.4 closed | 501 5.5.4 closed      | 501 5.5.4 closed     | 501 5.5.4 closed     | 501 5.5.4 closed
        long         | 500 5.5.2 =      | 500 5.5.2 =           | 500 5.5.2 =          | 500 5.5.2 =          | 500 5.5.2 =
        endless      | 500 5.5.2 closed | 500 5.5.2 closed      | 500 5.5.2 closed     | 500 5.5.2 closed     | 500 5.5.2 closed
        bare LF      | 500 5.5.2 closed | 500 5.5.2 closed      | 500 5.5.2 closed     | 500 5.5.2 closed     | 500 5.5.2 closed
        HTTP         | 554 5.5.0 closed | 554 5.5.0 closed      | 554 5.5.0 closed     | 554 5.5.0 closed     | 554 5.5.0 closed
        TLS          | 554 5.5.0 closed | 554 5.5.0 closed      | 554 5.5.0 closed     | 554 5.5.0 closed     | 554 5.5.0 closed

        command      | opening          | inviting              | receiving            | skipping             | deciding
        bare LF      | 554 5.5.0 closed | 554 5.5.0 closed      | 550 5.5.2 closed     | =                    | =
        (others)     | 554 5.5.0 closed | 554 5.5.0 closed      | =                    | =                    | =

        command      | securing         | closing               | closed
        (others)     | closed           | closed                | =
        """

    /// One line for each verb of the grammar, then what else may come.
    static let commands: [String: String] = [
        "EHLO": "EHLO c.test\r\n", "HELO": "HELO c.test\r\n", "LHLO": "LHLO c.test\r\n",
        "MAIL": "MAIL FROM:<a@out.test>\r\n",
        "RCPT": "RCPT TO:<u@our.test>\r\n", "DATA": "DATA\r\n", "BDAT": "BDAT 3\r\nabc",
        "BDAT LAST": "BDAT 3 LAST\r\na\r\n",
        "RSET": "RSET\r\n", "VRFY": "VRFY u\r\n", "EXPN": "EXPN list\r\n", "HELP": "HELP\r\n", "NOOP": "NOOP\r\n",
        "QUIT": "QUIT\r\n", "STARTTLS": "STARTTLS\r\n", "AUTH": "AUTH PLAIN\r\n",
        "unknown": "XYZZY\r\n", "empty": "\r\n", "control": "NOOP a\0b\r\n", "bad EHLO": "EHLO\r\n",
        "bad MAIL": "MAIL FROM:<a@\r\n", "bad RCPT": "RCPT TO:<>\r\n", "bad DATA": "DATA now\r\n",
        "bad BDAT": "BDAT -1\r\n",
        "long": "NOOP \(String(repeating: "x", count: 506))\r\n", "endless": String(repeating: "x", count: 4_096),
        "bare LF": "NOOP\n", "HTTP": "GET / HTTP/1.1\r\n", "TLS": "\u{16}\u{03}\u{01}",
    ]

    struct Cell: Sendable, CustomTestStringConvertible {
        let state: String
        let command: String
        let reply: [String]
        let next: String
        var testDescription: String { "\(state): \(command)" }
    }

    static let cells: [Cell] = {
        var cells: [Cell] = []
        var states: [String] = []
        var others: Set<String> = []
        for line in table.split(separator: "\n") {
            let words = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            guard words[0] != "command" else {
                states = Array(words.dropFirst())
                others = Set(commands.keys)
                continue
            }
            others.remove(words[0])
            for (state, cell) in zip(states, words.dropFirst()) {
                let parts = cell.split(separator: " ").map(String.init)
                let next = parts.last == "=" ? state : parts.last ?? ""
                let reply = parts.count > 1 ? [parts.dropLast().joined(separator: " ")] : []
                for command in words[0] == "(others)" ? others.sorted() : [words[0]] {
                    cells.append(Cell(state: state, command: command, reply: reply, next: next))
                }
            }
        }
        return cells
    }()

    @Test func theTableIsComplete() {
        let states: Set = [
            "opening", "greeting", "ready", "transaction", "recipients", "chunked", "inviting", "receiving", "skipping",
            "deciding", "securing", "closing", "closed",
        ]
        #expect(Set(Self.cells.map(\.state)) == states)
        #expect(Set(Self.cells.map { "\($0.state) \($0.command)" }).count == states.count * Self.commands.count)
        for verb in CommandVerb.allCases { #expect(Self.commands["\(verb.keyword)"] != nil) }
    }

    @Test(arguments: cells) func answers(_ cell: Cell) throws {
        let driver = Self.driver(in: cell.state)
        #expect(driver.state == cell.state)
        let bytes = Array(try #require(Self.commands[cell.command]).utf8)
        let said = driver.send(bytes)
        #expect(codes(said) == cell.reply)
        #expect(flaw(inReplies: Array(said.utf8)) == nil)
        #expect(driver.state == cell.next)
        #expect(driver.isClosed == (cell.next == "closed"))
        // Only an answer makes the machine go on: what comes meanwhile has to wait.
        #expect(driver.waiting == (cell.state == "deciding" ? bytes.count : 0))
    }

    static func driver(in state: String) -> Driver {
        let driver = Driver { question in
            switch (state, question) {
            case ("opening", .connection), ("inviting", .content), ("deciding", .message): nil
            default: .proceed
            }
        }
        driver.run()
        switch state {
        case "opening", "greeting": return driver
        case "ready", "transaction", "skipping", "securing", "closing", "closed": driver.say("EHLO c.test")
        default: driver.begin()
        }
        switch state {
        case "transaction": driver.say("MAIL FROM:<a@out.test>")
        case "chunked": driver.send(Array("BDAT 3\r\nabc".utf8))
        case "inviting":
            driver.say("DATA")
            driver.answer(.proceed)
        case "receiving": driver.say("DATA")
        case "deciding":
            driver.say("DATA")
            driver.say(".")
        case "skipping": driver.say("BDAT 100000")
        case "securing": driver.say("STARTTLS")
        case "closing": driver.hangUp()
        case "closed": driver.say("QUIT")
        default: break
        }
        return driver
    }
}
