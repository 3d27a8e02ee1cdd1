#if Web
    import SamotopContacts
    import SamotopCore

    /// A request of someone who is signed in.
    struct Visit: Sendable {
        let token: SecretToken
        let session: WebSession
        let account: WebAccount
        /// Whose mailbox is shown; nil for an administrator who hasn't chosen one.
        let owner: Owner?

        /// As decisions are recorded: an administrator who decides for someone else is named.
        var maker: String { maker("page") }

        func maker(_ way: String) -> String {
            guard let owner, account.owners.contains(owner) else { return "\(way): \(account.name)" }
            return way
        }
    }
#endif
