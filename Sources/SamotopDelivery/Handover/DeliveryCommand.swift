/// A program that gets a mailbox's mail on its standard input. It is started as it is written here, never through a shell.
public struct DeliveryCommand: Sendable, Hashable {
    /// Its absolute path.
    public let program: String
    /// What it is given. A placeholder stays within its argument, whatever it stands for.
    public let arguments: [CommandArgument]
    /// Whose rights it has; nil: this process's.
    public let user: String?

    /// Reads a command.
    ///
    /// - Parameter words: the program, and its arguments.
    public init(_ words: [String], user: String? = nil) throws(DeliveryCommandError) {
        guard let program = words.first else { throw .noProgram }
        guard program.utf8.first == UInt8(ascii: "/"), program.utf8.last != UInt8(ascii: "/") else {
            throw .noPath(program)
        }
        guard !words.contains(where: { $0.utf8.contains(0) }) else { throw .nul }
        guard !program.contains(where: { "{}".contains($0) }) else { throw .placeholderInProgram(program) }
        var arguments: [CommandArgument] = []
        for word in words.dropFirst() { arguments.append(try CommandArgument(word)) }
        self.program = program
        self.arguments = arguments
        self.user = user
    }

    /// The arguments for one message.
    ///
    /// What an argument begins with isn't the sender's choice: in front of an argument `--` no value that begins with a hyphen may
    /// stand at the beginning of one, since the program would take it for an option.
    public func arguments(for values: CommandValues) throws(UnfitCommandValue) -> [String] {
        var isBehindDashes = false
        var texts: [String] = []
        for argument in arguments {
            let text = argument.text(for: values)
            if case .field(let field)? = argument.parts.first, text.utf8.first == UInt8(ascii: "-"), !isBehindDashes {
                throw UnfitCommandValue(field: field)
            }
            if case .literal("--")? = argument.parts.first, argument.parts.count == 1 { isBehindDashes = true }
            texts.append(text)
        }
        return texts
    }
}

/// What the placeholders of a command stand for.
public struct CommandValues: Sendable, Hashable {
    /// The address that the message was for.
    public var recipient: String
    /// The reverse-path; empty for a notification.
    public var sender: String
    /// The mailbox's own address.
    public var mailbox: String
    /// What the field of a pattern that names a folder stands for; empty without.
    public var tag: String

    /// Makes values.
    public init(recipient: String, sender: String, mailbox: String, tag: String = "") {
        self.recipient = recipient
        self.sender = sender
        self.mailbox = mailbox
        self.tag = tag
    }

    subscript(field: CommandArgument.Field) -> String {
        switch field {
        case .recipient: recipient
        case .sender: sender
        case .mailbox: mailbox
        case .tag: tag
        }
    }
}

/// A value that a program would take for an option.
public struct UnfitCommandValue: Error, Sendable, Hashable {
    /// What it stands for.
    public let field: CommandArgument.Field
}

/// Why words are no command.
public enum DeliveryCommandError: Error, Sendable, Hashable {
    case noProgram
    case noPath(String)
    /// Which program it is is nobody's choice but the operator's.
    case placeholderInProgram(String)
    case unknownPlaceholder(String)
    case looseBrace(String)
    case nul
}

extension DeliveryCommandError: CustomStringConvertible {
    /// What the operator reads.
    public var description: String {
        let known = CommandArgument.Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        return switch self {
        case .noProgram:
            "names no program; write its absolute path first, like [/usr/local/bin/handle, --to, \"{recipient}\"]"
        case .noPath(let text): "not an absolute path: \"\(text)\"; no search path counts, so write all of it"
        case .placeholderInProgram: "a placeholder in the program's path; write the path as it is"
        case .unknownPlaceholder(let text): "unknown placeholder \"\(text)\"; known are \(known)"
        case .looseBrace(let text):
            "a brace without its other one: \"\(text)\"; braces are for \(known) alone, so put anything else into a script"
        case .nul: "has a NUL octet, which no argument can have"
        }
    }
}
