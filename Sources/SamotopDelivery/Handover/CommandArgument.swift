/// An argument of a ``DeliveryCommand``: text, and placeholders in braces.
public struct CommandArgument: Sendable, Hashable {
    /// What a placeholder stands for.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case recipient, sender, mailbox, tag
    }

    enum Part: Sendable, Hashable {
        case literal(String)
        case field(Field)
    }

    /// No two literals side by side; none for the empty argument.
    let parts: [Part]

    /// Reads an argument. Braces mean nothing but placeholders.
    public init(_ text: String) throws(DeliveryCommandError) {
        var parts: [Part] = []
        var rest = text[...]
        while let first = rest.first {
            guard first == "{" else {
                let literal = rest.prefix { $0 != "{" }
                guard !literal.contains("}") else { throw .looseBrace(text) }
                parts.append(.literal(String(literal)))
                rest = rest[literal.endIndex...]
                continue
            }
            guard let end = rest.firstIndex(of: "}") else { throw .looseBrace(text) }
            guard let field = Field(rawValue: String(rest[rest.index(after: rest.startIndex)..<end])) else {
                throw .unknownPlaceholder(String(rest[...end]))
            }
            parts.append(.field(field))
            rest = rest[rest.index(after: end)...]
        }
        self.parts = parts
    }

    func text(for values: CommandValues) -> String {
        parts.map {
            switch $0 {
            case .literal(let text): text
            case .field(let field): values[field]
            }
        }.joined()
    }
}
