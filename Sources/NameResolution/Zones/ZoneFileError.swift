/// What is wrong in a zone file, where, and what to do about it.
public struct ZoneFileError: Error, Sendable, Hashable {
    /// What is wrong. What is quoted from the file has at most 64 octets, others than printable ASCII shown as `?`.
    public enum Problem: Sendable, Hashable {
        /// The file has more octets than ``ZoneFile/maximumLength``.
        case tooLong
        /// The file has more records than ``ZoneFile/maximumRecords``.
        case tooManyRecords
        /// A `(` that is never closed, or stands within others.
        case openParenthesis
        /// A `)` without a `(`.
        case closingParenthesis
        /// A `"` without another on its line.
        case openString
        /// A `\` before the end of a line, or `\DDD` that isn't an octet.
        case escape
        /// A line that begins with `$` and is neither `$ORIGIN` nor `$TTL`.
        case directive(String)
        /// The first record has no owner.
        case noOwner
        /// A class other than IN.
        case recordClass(String)
        /// A type that has no form of its own here.
        case type(String)
        /// A field that a record needs isn't there.
        case missing(String)
        /// A field too many.
        case surplus(String)
        /// No name of the DNS.
        case name(String)
        /// No number, or one that is too large.
        case number(String)
        /// No address of the record's family.
        case address(String)
        /// A character-string of more than 255 octets.
        case longString
        /// Digits that aren't hexadecimal, or an odd number of them.
        case hexadecimal
        /// The octets of the `\#` form are fewer or more than it says, or no data of this type.
        case octets
    }

    /// The line, from 1; in a list of entries the entry.
    public let line: Int
    /// What is wrong there.
    public let problem: Problem

    init(_ line: Int, _ problem: Problem) {
        self.line = line
        self.problem = problem
    }
}

extension ZoneFileError: CustomStringConvertible {
    /// For example `line 3: there is no type FOO; write it as TYPEnnn \# length octets (RFC 3597)`.
    public var description: String { "line \(line): \(problem)" }
}

extension ZoneFileError.Problem: CustomStringConvertible {
    /// What is wrong and what to do, in one sentence.
    public var description: String {
        switch self {
        case .tooLong: "the file is longer than \(ZoneFile.maximumLength) octets; split it"
        case .tooManyRecords: "there are more than \(ZoneFile.maximumRecords) records; split the file"
        case .openParenthesis: "a ( needs its ) before the next ( and before the end of the file"
        case .closingParenthesis: "a ) stands here without its (; remove it"
        case .openString: "a string needs its closing \" on the same line"
        case .escape: "a \\ must be followed by a character, or by three digits up to 255"
        case .directive(let text): "\(text) isn't known; only $ORIGIN and $TTL are, so paste what an included file says"
        case .noOwner: "the first record needs a name at the beginning of its line"
        case .recordClass(let text): "the class \(text) isn't read; only IN is"
        case .type(let text): "there is no form for the type \(text); write it as TYPEnnn \\# length octets (RFC 3597)"
        case .missing(let field): "the \(field) is missing"
        case .surplus(let text): "nothing was expected where \(text) stands; remove it, or put text into quotes"
        case .name(let text): "\(text) is no name: labels have 1 to 63 octets, names up to 255"
        case .number(let text): "\(text) is no number, or too large here"
        case .address(let text): "\(text) is no address of this record's family"
        case .longString: "a string has more than 255 octets; write several, each in quotes"
        case .hexadecimal: "hexadecimal digits are needed here, two for each octet"
        case .octets: "these octets aren't data of this type, or not as many as it says before them"
        }
    }
}
