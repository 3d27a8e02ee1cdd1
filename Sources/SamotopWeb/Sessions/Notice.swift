#if Web
    import SamotopContacts

    /// What was done, said on the next page, with what takes it back.
    struct Notice: Sendable {
        /// One step back.
        enum Undo: Sendable {
            /// What it was is what it is again.
            case restore(Correspondent, Contact.State, Identity)
            /// There was none before.
            case forget(Correspondent)
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
