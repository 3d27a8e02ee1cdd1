/// A modifier that RFC 7208 doesn't know; it has no effect (§6).
public struct SPFModifier: Sendable, Hashable {
    /// Its name as written: letters, digits, `-`, `_` and `.`.
    public let name: [UInt8]
    /// What stands behind the `=`.
    public let value: SPFMacroString
}
