import Testing

@testable import SMTP

/// Every state of a submission session and every command that matters there: the reply, and the state that follows; `=` is the
/// same state. It is a table of its own, since most of it differs from that of sessions where nobody authenticates.
@Suite("RFC 4954 in every state: U05 U07 U08 U09") struct AuthenticationTableTests {
    static let table = """
        command      | clear            | greeting         | ready            | challenged       | authenticated         | recipients
        EHLO         | 250 =            | 250 ready        | 250 =            | 501 5.5.2 ready  | 250 =                 | 250 authenticated
        MAIL         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 250 2.1.0 transaction | 503 5.5.1 =
        MAIL AUTH    | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 250 2.1.0 transaction | 503 5.5.1 =
        RCPT         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 503 5.5.1 =           | 250 2.1.5 =
        DATA         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | asked            | 503 5.5.1 =           | 354 receiving
        BDAT         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 503 5.5.1 =           | 250 2.0.0 chunked
        RSET         | 530 5.7.0 =      | 250 2.0.0 =      | 250 2.0.0 =      | asked            | 250 2.0.0 =           | 250 2.0.0 authenticated
        VRFY         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 252 2.1.5 =           | 252 2.1.5 =
        EXPN         | 530 5.7.0 =      | 530 5.7.0 =      | 530 5.7.0 =      | 501 5.5.2 ready  | 502 5.5.1 =           | 502 5.5.1 =
        HELP         | 530 5.7.0 =      | 214 2.0.0 =      | 214 2.0.0 =      | asked            | 214 2.0.0 =           | 214 2.0.0 =
        NOOP         | 250 2.0.0 =      | 250 2.0.0 =      | 250 2.0.0 =      | asked            | 250 2.0.0 =           | 250 2.0.0 =
        QUIT         | 221 2.0.0 closed | 221 2.0.0 closed | 221 2.0.0 closed | asked            | 221 2.0.0 closed      | 221 2.0.0 closed
        STARTTLS     | 220 2.0.0 securing | 503 5.5.1 =    | 503 5.5.1 =      | asked            | 503 5.5.1 =           | 503 5.5.1 =
        AUTH         | 538 5.7.11 =     | 503 5.5.1 =      | asked            | 501 5.5.2 ready  | 503 5.5.1 =           | 503 5.5.1 =
        AUTH =       | 538 5.7.11 =     | 503 5.5.1 =      | asked            | 501 5.5.2 ready  | 503 5.5.1 =           | 503 5.5.1 =
        AUTH initial | 538 5.7.11 =     | 503 5.5.1 =      | asked            | 501 5.5.2 ready  | 503 5.5.1 =           | 503 5.5.1 =
        AUTH unknown | 538 5.7.11 =     | 503 5.5.1 =      | 504 5.5.4 =      | 501 5.5.2 ready  | 503 5.5.1 =           | 503 5.5.1 =
        AUTH bare    | 538 5.7.11 =     | 501 5.5.4 =      | 501 5.5.4 =      | asked            | 501 5.5.4 =           | 501 5.5.4 =
        AUTH garbage | 538 5.7.11 =     | 501 5.5.2 =      | 501 5.5.2 =      | 501 5.5.2 ready  | 501 5.5.2 =           | 501 5.5.2 =
        AUTH long    | 500 5.5.2 closed | 503 5.5.1 =      | asked            | 501 5.5.2 ready  | 500 5.5.2 closed      | 500 5.5.2 closed
        *            | 500 5.5.2 =      | 500 5.5.2 =      | 500 5.5.2 =      | 501 5.7.0 ready  | 500 5.5.2 =           | 500 5.5.2 =
        empty        | 500 5.5.2 =      | 500 5.5.2 =      | 500 5.5.2 =      | asked            | 500 5.5.2 =           | 500 5.5.2 =
        base64       | 500 5.5.2 =      | 500 5.5.2 =      | 500 5.5.2 =      | asked            | 500 5.5.2 =           | 500 5.5.2 =
        bad padding  | 500 5.5.2 =      | 500 5.5.2 =      | 500 5.5.2 =      | 501 5.5.2 ready  | 500 5.5.2 =           | 500 5.5.2 =
        endless      | 500 5.5.2 closed | 500 5.5.2 closed | 500 5.5.2 closed | 500 5.5.6 closed | 500 5.5.2 closed      | 500 5.5.2 closed
        bare LF      | 500 5.5.2 closed | 500 5.5.2 closed | 500 5.5.2 closed | 500 5.5.2 closed | 500 5.5.2 closed      | 500 5.5.2 closed
        """

    static let commands: [String: String] = [
        "EHLO": "EHLO c.test\r\n", "MAIL": "MAIL FROM:<a@our.test>\r\n",
        "MAIL AUTH": "MAIL FROM:<a@our.test> AUTH=<>\r\n",
        "RCPT": "RCPT TO:<u@our.test>\r\n", "DATA": "DATA\r\n", "BDAT": "BDAT 3\r\nabc", "RSET": "RSET\r\n",
        "VRFY": "VRFY u\r\n", "EXPN": "EXPN list\r\n", "HELP": "HELP\r\n", "NOOP": "NOOP\r\n", "QUIT": "QUIT\r\n",
        "STARTTLS": "STARTTLS\r\n", "AUTH": "AUTH LOGIN\r\n", "AUTH =": "AUTH LOGIN =\r\n",
        "AUTH initial": "auth login AGEAYg==\r\n", "AUTH unknown": "AUTH CRAM-MD5\r\n", "AUTH bare": "AUTH\r\n",
        "AUTH garbage": "AUTH LOGIN a=b\r\n", "AUTH long": "AUTH LOGIN \(String(repeating: "AAAA", count: 2_500))\r\n",
        "*": "*\r\n", "empty": "\r\n", "base64": "AGEAYg==\r\n", "bad padding": "AGEAYg=\r\n",
        "endless": String(repeating: "A", count: 12_288), "bare LF": "NOOP\n",
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
        for line in table.split(separator: "\n") {
            let words = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            guard words[0] != "command" else {
                states = Array(words.dropFirst())
                continue
            }
            for (state, cell) in zip(states, words.dropFirst()) {
                let parts = cell.split(separator: " ").map(String.init)
                let next = parts.last == "=" ? state : parts.last ?? ""
                let reply = parts.count > 1 ? [parts.dropLast().joined(separator: " ")] : []
                cells.append(Cell(state: state, command: words[0], reply: reply, next: next))
            }
        }
        return cells
    }()

    @Test func theTableIsComplete() {
        #expect(Self.cells.count == 6 * Self.commands.count)
        #expect(Set(Self.cells.map(\.command)) == Set(Self.commands.keys))
    }

    @Test(arguments: cells) func answers(_ cell: Cell) throws {
        let driver = Self.driver(in: cell.state)
        let bytes = Array(try #require(Self.commands[cell.command]).utf8)
        driver.policy = { question in
            switch question {
            case .authentication, .authenticationResponse: nil
            default: .proceed
            }
        }
        let said = driver.send(bytes)
        // Before TLS a line is as short as ever.
        #expect(codes(said) == cell.reply)
        let names = ["clear": driver.state == "ready" ? "clear" : driver.state, "greeting": driver.state]
        let state = driver.state == "deciding" ? "asked" : names[cell.state] ?? driver.state
        #expect(state == cell.next)
        #expect(driver.isClosed == (cell.next == "closed"))
    }

    static func configuration(_ encryption: ServerSession.Encryption = .active) -> ServerSession.Configuration {
        var configuration = Driver.configuration()
        configuration.encryption = encryption
        configuration.authentication = .required
        configuration.mechanisms = ["SCRAM-SHA-256", "LOGIN"]
        return configuration
    }

    static func driver(in state: String) -> Driver {
        let driver = Driver(configuration(state == "clear" ? .required : .active)) { question in
            if case .authentication = question, state == "challenged" { .challenge([]) } else { .proceed }
        }
        guard state != "greeting" else { return driver }
        driver.say("EHLO c.test")
        guard state != "clear", state != "ready" else { return driver }
        driver.say("AUTH LOGIN")
        guard state == "recipients" else { return driver }
        driver.say("MAIL FROM:<a@our.test>")
        driver.say("RCPT TO:<u@our.test>")
        return driver
    }
}
