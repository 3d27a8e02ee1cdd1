import NameResolution

/// Text with macros in it: a domain-spec, an explanation, the value of a modifier (RFC 7208 §7.1).
public struct SPFMacroString: Sendable, Hashable {
    /// A part of the text.
    public enum Part: Sendable, Hashable {
        /// Printable ASCII without `%`; spaces in explanations only.
        case literal([UInt8])
        /// `%%`, which is `%`
        case percent
        /// `%_`, which is a space
        case space
        /// `%-`, which is `%20`
        case escapedSpace
        /// A macro.
        case macro(SPFMacro)
    }

    /// Octets of a domain name in text form at most (§7.3).
    static let maximumName = 253

    /// The parts; no literal is empty, and no two literals follow each other.
    public let parts: [Part]

    init(parts: [Part]) { self.parts = parts }

    /// Reads an explanation as its TXT record has it (§6.2).
    init(explanation text: [UInt8]) throws(SPFSyntaxError) {
        var grammar = SPFGrammar(text)
        self = try grammar.explainString()
    }

    /// Whether one of these macros is there.
    func uses(_ letters: [SPFMacro.Letter]) -> Bool {
        parts.contains { part in
            if case .macro(let macro) = part { letters.contains(macro.letter) } else { false }
        }
    }

    /// The text with the macros expanded, cut at `maximum` octets.
    func expanded(with values: SPFMacroValues, maximum: Int) -> [UInt8] {
        var result: [UInt8] = []
        for part in parts {
            result += Self.expanded(part, values)
            if result.count > maximum { return Array(result.prefix(max(0, maximum))) }
        }
        return result
    }

    /// The name that a domain-spec expands to (§7.3); nil when that is no name of the DNS.
    ///
    /// It is expanded from the right and only as far as counts, so that a long record costs no more than a short one.
    func domainName(with values: SPFMacroValues) -> DNSName? {
        var pieces: [[UInt8]] = []
        var count = 0
        for part in parts.reversed() {
            // More than the name, a dot before it and one behind it.
            guard count <= Self.maximumName + 2 else { break }
            let piece = Self.expanded(part, values)
            pieces.append(piece)
            count += piece.count
        }
        return Self.domainName(of: Array(pieces.reversed().joined()))
    }

    /// The name that an expanded domain-spec is: a dot at the end ignored, and labels on the left dropped until it has 253
    /// octets (§7.3).
    static func domainName(of expanded: [UInt8]) -> DNSName? {
        var name = expanded[...]
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        if name.count > maximumName {
            guard let dot = name.dropFirst(name.count - maximumName - 1).firstIndex(of: UInt8(ascii: ".")) else {
                return nil
            }
            name = name[(dot + 1)...]
        }
        return DNSName(name)
    }

    /// All of the text, when no macro is in it; nil when one is, or an escape, or there is no text.
    var literal: [UInt8]? {
        if parts.count == 1, case .literal(let literal)? = parts.first { literal } else { nil }
    }

    private static func expanded(_ part: Part, _ values: SPFMacroValues) -> [UInt8] {
        switch part {
        case .literal(let literal): literal
        case .percent: [UInt8(ascii: "%")]
        case .space: [UInt8(ascii: " ")]
        case .escapedSpace: Array("%20".utf8)
        case .macro(let macro): macro.transformed(values[macro.letter])
        }
    }
}

extension SPFMacroString: CustomStringConvertible {
    /// The text with its macros not expanded.
    public var description: String {
        if let literal { return String(decoding: literal, as: UTF8.self) }
        return parts.map { part in
            switch part {
            case .literal(let literal): String(decoding: literal, as: UTF8.self)
            case .percent: "%%"
            case .space: "%_"
            case .escapedSpace: "%-"
            case .macro(let macro): macro.description
            }
        }.joined()
    }
}
