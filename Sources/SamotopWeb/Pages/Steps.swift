#if Web
    import SamotopContacts
    import SamotopCore

    /// Recorded steps for a page.
    struct Steps {
        let words: Words
        let now: Timestamp

        func views(of entries: [AuditEntry]) -> [View] {
            entries.map { entry in
                [
                    "time": Moment(timestamp: entry.time, words: words).view(now: now),
                    "stage": label("stage", entry.stage), "judge": VisibleText.of(entry.judge),
                    "verdict": label("verdict", entry.verdict), "tone": Self.tone(entry.verdict),
                    "cause": entry.cause.isEmpty ? nil : VisibleText.of(entry.cause, limit: 500),
                    "sender": entry.sender.isEmpty ? nil : VisibleText.of(entry.sender, limit: 320),
                    "envelope": entry.envelope.isEmpty ? nil : VisibleText.of(entry.envelope, limit: 100),
                ]
            }
        }

        /// A word of the catalogue, or what was recorded.
        private func label(_ kind: String, _ name: String) -> String {
            let word = "\(kind)-\(name)"
            return words.names.contains(word) ? words(word) : VisibleText.of(name)
        }

        private static func tone(_ verdict: String) -> String {
            switch verdict {
            case "accept", "welcome": "good"
            case "reject", "disconnect", "blocked": "bad"
            case "postpone", "held", "waiting": "wait"
            default: "plain"
            }
        }
    }
#endif
