#if Web
    import Crypto
    import SamotopAccounts
    import SamotopContacts
    import SamotopCore

    /// Someone who is signed in, in one browser. Lives in memory: a restart signs everyone out.
    struct WebSession: Sendable {
        let account: String
        /// What the account's password was at sign-in: another one ends the session.
        let password: PasswordHash?
        let start: Timestamp
        var lastSeen: Timestamp
        /// Whose mailbox is shown.
        var owner: Owner?
        /// What was done lately, and how to take it back; the latest last.
        var notices: [Notice] = []
        private let secret = SymmetricKey(size: .bits256)

        init(account: String, password: PasswordHash?, owner: Owner?, start: Timestamp) {
            self.account = account
            self.password = password
            self.owner = owner
            self.start = start
            lastSeen = start
        }

        /// What each form carries. It holds for this session and the mailbox that the form was made for: one left
        /// open in another tab
        /// can't decide for a mailbox that was chosen since.
        var formToken: String {
            let code = HMAC<SHA256>.authenticationCode(for: Array("form\u{0}\(owner?.name ?? "")".utf8), using: secret)
            return SecretToken(bytes: Array(code)).text
        }

        mutating func add(_ notice: Notice) {
            notices.append(notice)
            if notices.count > 20 { notices.removeFirst() }
        }
    }
#endif
