/// One thing that a check did: a term of a record, and what came of it.
public struct SPFStep: Sendable, Hashable {
    /// A term that is evaluated.
    public enum Term: Sendable, Hashable {
        /// A mechanism with its qualifier.
        case directive(SPFDirective)
        /// The modifier that names another domain's record.
        case redirect(SPFMacroString)
    }

    /// What came of it.
    public enum Outcome: Sendable, Hashable {
        /// The mechanism matches.
        case matched
        /// It doesn't.
        case notMatched
        /// The record of the domain that it names comes next; the steps there are one deeper, but for a redirect.
        case followed
        /// Its name would have told the local-part, or can't (``SPFLimits/expandsLocalPart``, RFC 8616 §4): no match.
        case withheld
        /// The check ends here.
        case stopped(SPFResult)
    }

    /// The domain whose record it is in. Where the name would tell the client's address or the sender's local-part it is the
    /// domain-spec that led there.
    public let domain: String
    /// What was evaluated.
    public let term: Term
    /// What came of it.
    public let outcome: Outcome
    /// How many includes lead here.
    public let depth: Int
}

extension SPFStep.Term: CustomStringConvertible {
    /// As the record writes it.
    public var description: String {
        switch self {
        case .directive(let directive): directive.description
        case .redirect(let domain): "redirect=\(domain)"
        }
    }
}

extension SPFStep: CustomStringConvertible {
    /// For example `example.org: -all matched`. Macros are not expanded.
    public var description: String {
        let outcome =
            switch outcome {
            case .matched: "matched"
            case .notMatched: "did not match"
            case .followed: "is followed"
            case .withheld: "did not match, since the local-part is not told"
            case .stopped(let result): "ended in \(result.rawValue)"
            }
        return "\(domain): \(term) \(outcome)"
    }
}
