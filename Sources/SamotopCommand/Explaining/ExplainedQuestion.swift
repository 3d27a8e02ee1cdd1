import Foundation
import NameResolution

/// One line of `samotop explain --batch`: a message and how it came.
struct ExplainedQuestion: Decodable, Sendable {
    /// An entry of a zone: a record, or `TIMEOUT` or `SERVFAIL` for the whole name.
    enum Entry: Decodable, Sendable {
        case record(type: String, value: String)
        case failure(String)

        private enum Key: String, CodingKey { case type, value }

        init(from decoder: any Decoder) throws {
            if let word = try? decoder.singleValueContainer().decode(String.self) {
                self = .failure(word)
                return
            }
            let container = try decoder.container(keyedBy: Key.self)
            let type = try container.decode(String.self, forKey: .type)
            if let value = try? container.decode(String.self, forKey: .value) {
                self = .record(type: type, value: value)
                return
            }
            // The parts of a record: the strings of a TXT, or the preference and the host of an MX.
            let parts = try container.decode([Part].self, forKey: .value).map(\.text)
            let isText = type.uppercased() == "TXT"
            // An empty name is the root.
            self = .record(
                type: type,
                value: isText ? parts.joined() : parts.map { $0.isEmpty ? "." : $0 }.joined(separator: " "))
        }
    }

    private enum Part: Decodable {
        case word(String)
        case number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .word(try container.decode(String.self))
            }
        }

        var text: String {
            switch self {
            case .word(let word): word
            case .number(let number): "\(number)"
            }
        }
    }

    /// The client's address.
    var ip: String?
    /// The argument of EHLO.
    var helo: String?
    /// The reverse-path without brackets; empty is the null one.
    var mailFrom: String?
    /// The message, its line ends CRLF or LF.
    var message: String?
    /// A file with the message.
    var messageFile: String?
    /// Answers, by name. Nil: the real DNS is asked.
    var zone: [String: [Entry]]?
    /// Seconds since 1970; nil: now.
    var now: Int64?
}
