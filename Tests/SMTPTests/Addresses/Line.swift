import SMTP

/// Command lines as tests write them: the characters U+0080 to U+00FF of a `String` are not bytes, so lines with odd
/// bytes are given as `[UInt8]`.
enum Line {
    /// The command in `bytes`, which have no CRLF.
    static func parse(_ bytes: [UInt8]) throws(CommandError) -> Command {
        try Command.parse(bytes.span)
    }

    /// The command in the UTF-8 of `line`.
    static func parse(_ line: String) throws(CommandError) -> Command {
        try parse([UInt8](line.utf8))
    }

    /// What is wrong with `bytes`, or nil when they are a command.
    static func error(_ bytes: [UInt8]) -> CommandError? {
        do {
            _ = try parse(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// What is wrong with the UTF-8 of `line`, or nil when it is a command.
    static func error(_ line: String) -> CommandError? {
        error([UInt8](line.utf8))
    }

    /// The mailbox of a MAIL or RCPT line, in UTF-8; "" where there is none, nil when the line is no such command.
    static func mailbox(_ line: String) -> String? {
        switch try? parse(line) {
        case .mail(let path, _): String(decoding: path.mailbox?.bytes ?? [], as: UTF8.self)
        case .rcpt(let path, _): String(decoding: path.mailbox?.bytes ?? [], as: UTF8.self)
        default: nil
        }
    }
}
