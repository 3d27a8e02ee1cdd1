#if Unbound
    /// What ``UnboundResolver/probe()`` found.
    public enum ValidationProbe: String, Sendable, Hashable {
        /// Signatures arrive and are right: answers are validated.
        case validating
        /// Answers arrive, but not the signatures that belong to them: somebody on the way takes them away, or this
        /// machine's clock is wrong by days.
        case stripped
        /// No answers arrive.
        case offline
        /// There is nothing to find out: validation is off, or there is no key to validate with.
        case disabled
    }
#endif
