#if Web
    public import SamotopAccounts
    public import SamotopContacts

    /// Who may sign in.
    public protocol WebAccounts: Sendable {
        /// The account with this sign-in name; nil: there is none. Asked at each request, so that a change counts at
        /// once.
        func account(named name: String) async throws -> WebAccount?

        /// The address of an owner's mailbox, which passes are put into; nil: it isn't known.
        func address(of owner: Owner) async throws -> String?
    }

    /// Someone who may sign in.
    public struct WebAccount: Sendable, Hashable {
        /// The sign-in name, in the form that decisions are recorded with.
        public let name: String
        /// The mailboxes that they decide for.
        public let owners: [Owner]
        /// Whether they see whose mailboxes there are, and may decide for anyone. Each act is recorded with their name.
        public let isAdministrator: Bool
        /// The password's hash; nil: only by a sign-in link.
        public let password: PasswordHash?

        /// Makes an account.
        public init(name: String, owners: [Owner], isAdministrator: Bool = false, password: PasswordHash? = nil) {
            self.name = name
            self.owners = owners
            self.isAdministrator = isAdministrator
            self.password = password
        }

        /// What they see first.
        var firstOwner: Owner? { owners.first }

        func mayActFor(_ owner: Owner) -> Bool { isAdministrator || owners.contains(owner) }
    }

    /// Accounts that are known when the server starts.
    public struct FixedAccounts: WebAccounts {
        private let accounts: [String: WebAccount]
        private let addresses: [Owner: String]

        /// Of accounts with the same name the last one counts.
        ///
        /// - Parameter addresses: of the owners' mailboxes.
        public init(_ accounts: [WebAccount], addresses: [Owner: String] = [:]) {
            self.accounts = Dictionary(accounts.map { ($0.name, $0) }) { _, last in last }
            self.addresses = addresses
        }

        public func account(named name: String) async throws -> WebAccount? { accounts[name] }

        public func address(of owner: Owner) async throws -> String? { addresses[owner] }
    }
#endif
