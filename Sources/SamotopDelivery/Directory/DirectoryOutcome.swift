public import SamotopCore

/// What a directory says of an address, and by which of its rows.
public struct DirectoryOutcome: Sendable, Hashable {
    /// What decided.
    public enum Reason: Sendable, Hashable {
        /// A mailbox or an alias of this name.
        case name
        /// The name is nobody's, whatever a pattern or the rest of the domain says.
        case nobody
        /// A pattern, as it was written.
        case pattern(String)
        /// RFC 5321 §4.5.1, RFC 2142 §4: the postmaster has it, since nobody else does.
        case role
        /// Whoever gets what nobody claimed.
        case everyoneElse
        /// The domain is ours, and nobody has this address.
        case unknown
        /// Not one of our domains.
        case foreign
    }

    /// Where mail goes.
    public let answer: DirectoryAnswer
    /// Why.
    public let reason: Reason

    /// Makes an outcome.
    public init(answer: DirectoryAnswer, reason: Reason) {
        self.answer = answer
        self.reason = reason
    }
}
