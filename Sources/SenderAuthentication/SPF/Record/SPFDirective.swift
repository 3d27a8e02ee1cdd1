/// A mechanism with its qualifier (RFC 7208 §4.6.2).
public struct SPFDirective: Sendable, Hashable {
    /// What a match stands for.
    public let qualifier: SPFQualifier
    /// What the client is compared with.
    public let mechanism: SPFMechanism
}

extension SPFDirective: CustomStringConvertible {
    /// As a record writes it, macros not expanded; `+` is left out.
    public var description: String {
        let sign = qualifier == .pass ? "" : String(Unicode.Scalar(qualifier.rawValue))
        return "\(sign)\(mechanism)"
    }
}
