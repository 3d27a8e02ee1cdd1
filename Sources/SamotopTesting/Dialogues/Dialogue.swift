/// A conversation with a mail server, written so that a mail administrator can read it (see `Dialogues/README.md`).
public struct Dialogue: Sendable {
    /// One line of the conversation.
    public enum Step: Sendable, Hashable {
        /// The client sends these octets. Steps of this kind that follow each other go out in one write.
        case send([UInt8])
        /// The server's next line matches: exactly, or up to a last `*`.
        case line([UInt8])
        /// The server's next reply has this code, and each line condition holds.
        case reply(code: String, conditions: [Condition])
        /// The connection is closed.
        case closed
        /// No reply is pending, and the connection is open.
        case open
        /// The TLS handshake happens.
        case startTLS
        /// The client drops the connection.
        case drop
        /// So many messages were delivered.
        case messages(Int)
        /// One copy for this mailbox has exactly this content.
        case content(mailbox: String, [UInt8])
    }

    /// What a reply's lines must, or must not, hold.
    public enum Condition: Sendable, Hashable {
        case has([UInt8])
        case lacks([UInt8])
    }

    /// The first line without `# `: sections and ids, then what is shown.
    public let title: String
    /// Settings of the test server, such as `tls required`.
    public let settings: [String: String]
    /// The conversation.
    public let steps: [(line: Int, step: Step)]

    /// Reads a dialogue; throws ``DialogueError`` that names the line.
    public init(_ text: [UInt8]) throws(DialogueError) {
        var title: String?
        var settings: [String: String] = [:]
        var steps: [(Int, Step)] = []
        for (number, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = Array(line)
            if number == 0 {
                guard line.starts(with: Array("# ".utf8)) else {
                    throw DialogueError(number + 1, "line 1 starts with “# ”")
                }
                title = String(decoding: line.dropFirst(2), as: UTF8.self)
            } else if line.isEmpty || line[0] == UInt8(ascii: "#") {
                continue
            } else if line[0] == UInt8(ascii: "@") {
                let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
                guard words.count == 3 else { throw DialogueError(number + 1, "a setting is “@ key value”") }
                settings[words[1]] = words[2]
            } else {
                try Self.read(line, number + 1, &steps)
            }
        }
        self.title = title ?? ""
        self.settings = settings
        self.steps = steps
    }

    private static func read(_ line: [UInt8], _ number: Int, _ steps: inout [(Int, Step)]) throws(DialogueError) {
        let mark = String(decoding: line.prefix(2), as: UTF8.self)
        let rest = Array(line.dropFirst(line.count > 2 && line[2] == UInt8(ascii: " ") ? 3 : 2))
        switch mark {
        case "C:": steps.append((number, .send(rest + [0x0D, 0x0A])))
        case "C|": steps.append((number, .send(try EscapedText.octets(rest, number))))
        case "S:": steps.append((number, .line(rest)))
        case "S~", "S+", "S-": try readReply(mark, rest, number, &steps)
        case "S!": steps.append((number, rest == Array("closed".utf8) ? .closed : .open))
        case "T:": steps.append((number, rest == Array("starttls".utf8) ? .startTLS : .drop))
        case "M:":
            guard let count = Int(String(decoding: rest, as: UTF8.self)) else {
                throw DialogueError(number, "M: needs a number")
            }
            steps.append((number, .messages(count)))
        case "M=":
            let space = rest.firstIndex(of: UInt8(ascii: " ")) ?? rest.endIndex
            let content = try EscapedText.octets(Array(rest[space...].dropFirst()), number)
            steps.append((number, .content(mailbox: String(decoding: rest[..<space], as: UTF8.self), content)))
        default: throw DialogueError(number, "unknown mark “\(mark)”")
        }
    }

    private static func readReply(
        _ mark: String, _ rest: [UInt8], _ number: Int, _ steps: inout [(Int, Step)]
    ) throws(DialogueError) {
        guard mark != "S~" else {
            steps.append((number, .reply(code: String(decoding: rest, as: UTF8.self), conditions: [])))
            return
        }
        let code = String(decoding: rest.prefix(3), as: UTF8.self)
        let text = Array(rest.dropFirst(4))
        let condition: Condition = mark == "S+" ? .has(text) : .lacks(text)
        // S+ and S- lines that follow each other are about one reply.
        if case .reply(code, let conditions)? = steps.last?.1, !conditions.isEmpty {
            steps[steps.count - 1].1 = .reply(code: code, conditions: conditions + [condition])
        } else {
            steps.append((number, .reply(code: code, conditions: [condition])))
        }
    }
}

/// A dialogue that can't be read, or that went otherwise.
public struct DialogueError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Line of the file, from 1.
    public let line: Int
    /// What is wrong.
    public let text: String

    init(_ line: Int, _ text: String) {
        self.line = line
        self.text = text
    }

    public var description: String { "line \(line): \(text)" }
}
