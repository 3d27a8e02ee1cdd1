/// A parameter of a structured field: `name=value` (RFC 2045 §5.1).
public struct FieldParameter: Sendable, Hashable {
    /// A token.
    public var name: String
    /// Any text: it is quoted or encoded as it needs.
    public var value: String

    /// A parameter.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
