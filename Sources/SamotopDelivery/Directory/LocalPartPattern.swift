import SMTP

/// A pattern of local-parts: literal text and named fields in braces, as `ann+{tag}` or `{shop}.ann`.
///
/// A field stands for one octet or more. A field in front of literal text ends where that text begins for the first time; text at the
/// end of the pattern is at the end of the local-part. There are no other signs: nothing else in a pattern means anything but itself.
public struct LocalPartPattern: Sendable, Hashable {
    /// Octets of a pattern's text.
    static let maximumLength = 200

    enum Part: Sendable, Hashable {
        case literal([UInt8])
        case field(String)
    }

    /// As it was written.
    public let text: String
    let parts: [Part]

    /// The names of its fields, in their order.
    public var fields: [String] {
        parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
    }

    /// Reads a pattern.
    public init(_ text: String) throws(LocalPartPatternError) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        var parts: [Part] = []
        var rest = text.utf8[...]
        while let first = rest.first {
            if first == UInt8(ascii: "{") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { throw .unclosed }
                let name = String(decoding: rest[rest.index(after: rest.startIndex)..<end], as: UTF8.self)
                guard Self.isName(name), !parts.contains(.field(name)) else { throw .unfitField(name) }
                if case .field = parts.last { throw .adjacentFields }
                parts.append(.field(name))
                rest = rest[rest.index(after: end)...]
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: "{")) ?? rest.endIndex
                parts.append(.literal(Array(rest[..<end])))
                rest = rest[end...]
            }
        }
        guard parts.contains(where: { if case .field = $0 { true } else { false } }) else { throw .noField }
        let sample = parts.map {
            if case .literal(let octets) = $0 { String(decoding: octets, as: UTF8.self) } else { "x" }
        }
        guard !text.contains("}") || !Self.hasLooseBrace(parts), Mailbox("\(sample.joined())@example.org") != nil else {
            throw .noLocalPart
        }
        self.text = text
        self.parts = parts
    }

    /// What the fields stand for in a local-part's content, in their order; nil: it isn't of this pattern.
    func values(in content: [UInt8], _ matching: LocalPartMatching) -> [[UInt8]]? {
        var rest = Directory.key(content, matching)[...]
        var parts = parts[...]
        if case .literal(let literal) = parts.first {
            let start = Directory.key(literal, matching)
            guard rest.starts(with: start) else { return nil }
            rest = rest.dropFirst(start.count)
            parts = parts.dropFirst()
        }
        if case .literal(let literal) = parts.last {
            let end = Directory.key(literal, matching)
            guard rest.count > end.count, rest.suffix(end.count).elementsEqual(end) else { return nil }
            rest = rest.dropLast(end.count)
            parts = parts.dropLast()
        }
        var values: [[UInt8]] = []
        while !parts.isEmpty {
            parts = parts.dropFirst()
            guard case .literal(let literal) = parts.first else {
                guard !rest.isEmpty else { return nil }
                values.append(Array(rest))
                break
            }
            parts = parts.dropFirst()
            let next = Directory.key(literal, matching)
            guard let place = Self.first(next, in: rest.dropFirst()) else { return nil }
            values.append(Array(rest[..<place]))
            rest = rest[(place + next.count)...]
        }
        return values
    }

    private static func first(_ literal: [UInt8], in content: ArraySlice<UInt8>) -> Int? {
        content.indices.first { content[$0...].starts(with: literal) }
    }

    private static func isName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func hasLooseBrace(_ parts: [Part]) -> Bool {
        parts.contains { if case .literal(let octets) = $0 { octets.contains(UInt8(ascii: "}")) } else { false } }
    }
}

/// Why a text is no pattern.
public enum LocalPartPatternError: Error, Sendable, Hashable {
    case tooLong
    /// A brace is opened and not closed.
    case unclosed
    /// A field's name isn't 1 to 32 small letters, digits and hyphens, or is there twice.
    case unfitField(String)
    /// Nothing between two fields says where the first one ends.
    case adjacentFields
    /// Without a field it is a plain name.
    case noField
    /// With text in the place of its fields it is no local-part.
    case noLocalPart
}

extension LocalPartPatternError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLong: "longer than \(LocalPartPattern.maximumLength) octets"
        case .unclosed: "a { without its }"
        case .unfitField:
            "a field's name is 1 to 32 small letters, digits or hyphens, and there once: write it like {tag}"
        case .adjacentFields: "two fields side by side: put something between them that says where the first one ends"
        case .noField: "has no field: write one like {tag}, or list it as a mailbox or an alias"
        case .noLocalPart: "no local-part: use letters, digits and - _ + = and . inside"
        }
    }
}
