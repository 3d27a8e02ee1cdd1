/// A connection that a dialogue is played on: memory, a channel, TCP.
public protocol DialogueConnection {
    /// Sends octets in one write; errors of a connection that the server has closed are ignored.
    func send(_ octets: [UInt8]) async throws
    /// More octets from the server; empty: none are to come now (in memory) or the connection is closed.
    func receive() async throws -> [UInt8]
    /// The client's part of the TLS handshake.
    func startTLS() async throws
    /// Drops the connection without a word.
    func drop() async throws
    /// Whether the server has closed the connection.
    func isClosed() async throws -> Bool
}

extension Dialogue {
    /// Plays the dialogue; throws ``DialogueError`` at the first line that goes otherwise.
    ///
    /// - Parameter delivered: the deliveries so far, as (mailbox, content).
    public func play(
        on connection: some DialogueConnection, delivered: () async throws -> [(mailbox: String, content: [UInt8])]
    ) async throws {
        var reader = ReplyReader()
        var index = 0
        while index < steps.count {
            let (line, step) = steps[index]
            index += 1
            switch step {
            case .send(var octets):
                while index < steps.count, case .send(let more) = steps[index].step {
                    octets += more
                    index += 1
                }
                try await connection.send(octets)
            case .line(let pattern):
                let text = try await reader.line(connection, line)
                guard Self.matches(text, pattern) else {
                    throw DialogueError(line, "expected “\(Self.text(pattern))”, got “\(Self.text(text))”")
                }
            case .reply(let code, let conditions):
                try await check(try await reader.reply(connection, line), code, conditions, line)
            case .closed:
                try await reader.expectNothing(connection, line)
                guard try await connection.isClosed() else { throw DialogueError(line, "the connection is still open") }
            case .open:
                guard try await !connection.isClosed() else { throw DialogueError(line, "the connection is closed") }
            case .startTLS: try await connection.startTLS()
            case .drop: try await connection.drop()
            case .messages(let count):
                let found = Set(try await delivered().map(\.content)).count
                let copies = try await delivered().count
                guard found == count || copies == count else {
                    throw DialogueError(line, "expected \(count) messages, \(copies) were delivered")
                }
            case .content(let mailbox, let content):
                let copies = try await delivered().filter { $0.mailbox == mailbox }
                guard copies.contains(where: { $0.content == content }) else {
                    let first = copies.first.map { Self.text($0.content) } ?? "nothing"
                    throw DialogueError(line, "\(mailbox) has “\(first)”")
                }
            }
        }
    }

    private func check(_ reply: [[UInt8]], _ code: String, _ conditions: [Condition], _ line: Int) async throws {
        let wanted = Array(code.utf8)
        for text in reply {
            let head = Array(text.prefix(wanted.count))
            let same =
                head.prefix(3).elementsEqual(wanted.prefix(3)) && head.dropFirst(4).elementsEqual(wanted.dropFirst(4))
            guard same else { throw DialogueError(line, "expected \(code), got “\(Self.text(text))”") }
        }
        for condition in conditions {
            switch condition {
            case .has(let text):
                guard reply.contains(where: { $0.dropFirst(4).starts(with: text) }) else {
                    throw DialogueError(line, "no line starts with “\(Self.text(text))”")
                }
            case .lacks(let text):
                guard !reply.contains(where: { $0.dropFirst(4).starts(with: text) }) else {
                    throw DialogueError(line, "a line starts with “\(Self.text(text))”")
                }
            }
        }
    }

    private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        guard pattern.last == UInt8(ascii: "*") else { return text == pattern }
        return text.starts(with: pattern.dropLast())
    }

    private static func text(_ octets: [UInt8]) -> String { String(decoding: octets.prefix(200), as: UTF8.self) }
}

/// Cuts what the server says into lines.
private struct ReplyReader {
    private var octets: [UInt8] = []

    mutating func line(_ connection: some DialogueConnection, _ number: Int) async throws -> [UInt8] {
        while true {
            if let end = octets.firstIndex(of: 0x0A) {
                guard end > 0, octets[end - 1] == 0x0D else {
                    throw DialogueError(number, "a reply line ends without CR LF")
                }
                let line = Array(octets[..<(end - 1)])
                octets.removeFirst(end + 1)
                return line
            }
            let more = try await connection.receive()
            guard !more.isEmpty else { throw DialogueError(number, "no reply came") }
            octets += more
        }
    }

    mutating func reply(_ connection: some DialogueConnection, _ number: Int) async throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        while true {
            let text = try await line(connection, number)
            lines.append(text)
            if text.count < 4 || text[3] != UInt8(ascii: "-") { return lines }
        }
    }

    mutating func expectNothing(_ connection: some DialogueConnection, _ number: Int) async throws {
        octets += try await connection.receive()
        guard octets.isEmpty else {
            throw DialogueError(number, "one more reply came: “\(String(decoding: octets.prefix(100), as: UTF8.self))”")
        }
    }
}
