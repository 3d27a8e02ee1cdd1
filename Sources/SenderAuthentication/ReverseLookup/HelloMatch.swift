/// What the name in EHLO has to do with the client, the closest first.
public enum HelloMatch: String, Sendable, Hashable {
    /// It is the client's confirmed name.
    case exact
    /// It is an address literal with the client's address (RFC 5321 §4.1.3).
    case addressLiteral
    /// It has the client's address.
    case forwardConfirmed
    /// It stands beside, above or below the client's confirmed name: one is the parent of the other, or both have one
    /// parent of two labels or more. A weak sign: below `co.uk` everybody is a neighbour.
    case sameParent
    /// It has nothing to do with the client, or can't be a name.
    case no
    /// The DNS didn't tell.
    case temperror
}
