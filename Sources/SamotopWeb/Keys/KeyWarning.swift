#if Web
    import SamotopCore

    /// What an owner must know about their keys, on whichever page they are.
    struct KeyWarning {
        /// Days before its end from which on a key should be prolonged.
        static let days = 30

        /// Nil: all is well.
        static func text(_ keys: MailboxKeys, _ now: Timestamp, _ words: Words) -> String? {
            if let problem = keys.problem {
                return words("keys-warning-none", ["why": VisibleText.of(problem, limit: 500)])
            }
            if keys.takesNoMail {
                guard let problem = keys.keys.first?.problem else { return words("keys-warning-missing") }
                return words("keys-warning-none", ["why": VisibleText.of(problem, limit: 500)])
            }
            if keys.offered != nil { return words("keys-warning-offered") }
            if let problem = keys.keys.lazy.compactMap(\.problem).first {
                return words("keys-warning-one", ["why": VisibleText.of(problem, limit: 500)])
            }
            let ends = keys.keys.compactMap(\.expires).filter { $0.seconds(since: now) < days * 86_400 }
            guard let end = ends.min(by: { $0.seconds(since: $1) < 0 }) else { return nil }
            return words("keys-warning-ends", ["day": Moment(timestamp: end, words: words).day])
        }
    }
#endif
