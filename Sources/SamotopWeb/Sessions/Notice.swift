#if Web
    import SamotopContacts

    /// What was done, said on the next page, with what takes it back.
    struct Notice: Sendable {
        /// One step back.
        enum Undo: Sendable {
            /// The state, identity and note that it had are those that it has again.
            case restore(Contact)
            /// The note that it had is the one that it has again.
            case annotate(Contact)
            /// There was none before.
            case forget(Correspondent)
            /// The pass lets in again.
            case restorePass(Pass.Word)
            /// The pass wasn't there.
            case withdrawPass(Pass.Word)
        }

        let id: String
        /// Whose mailbox was shown; nil: none, as for an administrator who hasn't chosen one.
        let owner: Owner?
        /// A word of the catalogue.
        let word: String
        /// Whom it was about, or how many.
        let subject: String
        /// Held messages that were moved or deleted with it, which nothing takes back; then the words are those of
        /// ``word`` with `-held` behind it.
        let messages: Int
        var undo: [Undo] = []

        init(owner: Owner?, word: String, subject: String, messages: Int = 0, undo: [Undo] = []) {
            id = String(ContactID.random().text.prefix(12))
            self.owner = owner
            self.word = word
            self.subject = subject
            self.messages = messages
            self.undo = undo
        }

        /// What is said of it.
        func text(_ words: Words) -> String {
            let who = VisibleText.of(subject)
            return messages > 0 ? words.count("\(word)-held", messages, who: who) : words(word, ["who": who])
        }

        /// What is said once it is taken back.
        var undone: Notice {
            Notice(owner: owner, word: messages > 0 ? "\(word)-undone" : "notice-undone", subject: subject)
        }
    }
#endif
