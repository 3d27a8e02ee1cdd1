/// How local-parts are compared. RFC 5321 §2.4 leaves it to the host that owns the mailboxes.
public enum LocalPartMatching: Sendable, Hashable {
    /// `Bob` is `bob`; other than ASCII letters are compared as they are.
    case ignoringASCIICase
    /// Octet for octet. `postmaster` still matches in any case (RFC 5321 §4.5.1).
    case exact
}
