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
        /// Whose mailbox it was about.
        let owner: Owner
        /// A word of the catalogue.
        let word: String
        /// Whom it was about, or how many.
        let subject: String
        var undo: [Undo] = []

        init(owner: Owner, word: String, subject: String, undo: [Undo] = []) {
            id = String(ContactID.random().text.prefix(12))
            self.owner = owner
            self.word = word
            self.subject = subject
            self.undo = undo
        }
    }
#endif
