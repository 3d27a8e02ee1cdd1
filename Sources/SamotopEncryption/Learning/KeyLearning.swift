import InternetMessage
public import SMTP
public import SamotopCore

/// Learns users' public keys from mail that they send after signing in: from its Autocrypt field (Level 1), and from what they send to
/// `keys@` a domain of ours.
///
/// Only a mailbox's first key is taken by itself (``KeyFolder/learn(_:for:address:at:)``). Mail is never refused for its Autocrypt
/// field; mail to `keys@` without a key that can be taken is.
public struct KeyLearning: MailGuard {
    /// Where keys are learned from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case autocrypt
        case keysAddress = "keys-address"
    }

    /// An account's mailbox.
    public struct Account: Sendable, Hashable {
        /// The opaque name that a directory's table gave the mailbox.
        public let mailbox: String
        /// Its address.
        public let address: String

        /// Makes an account.
        public init(mailbox: String, address: String) {
            self.mailbox = mailbox
            self.address = address
        }
    }

    private let keys: KeyFolder
    private let sources: Set<Source>
    private let account: @Sendable (String) -> Account?
    private let isOwn: @Sendable (Mailbox, String) -> Bool
    private let isKeysAddress: @Sendable (Mailbox) -> Bool
    private let threads: StorageThreads
    private let tell: @Sendable (KeyFolder.Learned) -> Void

    /// - Parameters:
    ///   - account: the mailbox of the account with a name.
    ///   - isOwn: whether an address is an account's and nobody else's: its mail comes to that mailbox alone.
    ///   - isKeysAddress: whether an address is one that takes keys.
    ///   - threads: where keys are read and written.
    ///   - tell: told, for the operator, of what was learned.
    public init(
        _ keys: KeyFolder, from sources: Set<Source>, account: @escaping @Sendable (String) -> Account?,
        isOwn: @escaping @Sendable (Mailbox, String) -> Bool, isKeysAddress: @escaping @Sendable (Mailbox) -> Bool,
        threads: StorageThreads, tell: @escaping @Sendable (KeyFolder.Learned) -> Void = { _ in }
    ) {
        self.keys = keys
        self.sources = sources
        self.account = account
        self.isOwn = isOwn
        self.isKeysAddress = isKeysAddress
        self.threads = threads
        self.tell = tell
    }

    public var name: String { "keys" }

    /// For whom hasn't signed in there is no such mailbox.
    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        guard isForKeys(recipient), Self.submitter(session) == nil else { return .pass }
        return .reject(Refusal(.unknownMailbox, cause: "keys are taken from those who signed in"))
    }

    public func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? {
        sources.contains(.autocrypt) && Self.submitter(session) != nil ? HeaderTap() : nil
    }

    public func message(_ message: ReceivedMessage, tap: (any ContentTap)?, _ session: inout Session) async throws
        -> Verdict
    {
        guard let name = Self.submitter(session), let account = account(name) else {
            // Gone since RCPT: nobody would read what the reply says was taken.
            return message.envelope.recipients.contains(where: isForKeys)
                ? .postpone(Refusal(.localError, cause: "the account is gone")) : .pass
        }
        if message.envelope.recipients.contains(where: isForKeys) {
            let verdict = try await take(message, account)
            guard verdict == .pass else { return verdict }
        }
        if let header = (tap as? HeaderTap)?.finish(), let author = try? Author.identity(in: header).mailbox,
            isOwn(author, name), !Self.isResent(header), let field = AutocryptField.find(in: header, from: author)
        {
            // Never a reason to refuse: the author's program writes it without being asked.
            _ = try? await learn(field.key, account, String(decoding: author.bytes, as: UTF8.self), message.received)
        }
        return .pass
    }

    /// What was sent to the address that takes keys.
    private func take(_ message: ReceivedMessage, _ account: Account) async throws -> Verdict {
        guard message.content.count <= KeyMessage.maximumOctets else {
            return .reject(Refusal(.keyMissing, cause: "larger than a message with a key"))
        }
        let octets = try await threads.run {
            var octets: [UInt8] = []
            octets.reserveCapacity(message.content.count)
            try message.content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
            return KeyMessage.key(in: octets)
        }
        guard let octets else { return .reject(Refusal(.keyMissing, cause: "no key in it")) }
        do throws(KeyImportError) {
            _ = try await learn(octets, account, account.address, message.received)
            return .pass
        } catch {
            switch error {
            case .problem(_, .secret): return .reject(Refusal(.keySecret, cause: "a secret key"))
            case .problem(_, let problem): return .reject(Refusal(.keyUnusable, cause: "\(problem)"))
            case .otherKind: return .reject(Refusal(.keyUnusable, cause: "a key of another kind"))
            case .access(let error): return .postpone(Refusal(.localError, cause: "\(error)"))
            }
        }
    }

    private func learn(
        _ octets: [UInt8], _ account: Account, _ address: String, _ now: Timestamp
    ) async throws(KeyImportError) -> KeyFolder.Learned {
        let keys = keys
        let result: Result<KeyFolder.Learned, KeyImportError>
        do {
            result = try await threads.run {
                do throws(KeyImportError) {
                    return .success(try keys.learn(octets, for: account.mailbox, address: address, at: now.seconds))
                } catch { return .failure(error) }
            }
        } catch { throw .access(.failed(call: "thread", number: 0)) }
        let learned = try result.get()
        tell(learned)
        return learned
    }

    private func isForKeys(_ recipient: Recipient) -> Bool {
        guard sources.contains(.keysAddress), case .mailbox(let mailbox) = recipient.path else { return false }
        return isKeysAddress(mailbox)
    }

    /// Whoever resends a message hands on the author's fields (RFC 5322 §3.6.6).
    private static func isResent(_ header: HeaderSection) -> Bool {
        header.fields.contains { String(decoding: $0.nameOctets, as: UTF8.self).lowercased().hasPrefix("resent-") }
    }

    /// The account of an authenticated submission.
    private static func submitter(_ session: Session) -> String? {
        guard session.role == .submission, let submitter = session.submitter, submitter.kind == .authenticated else {
            return nil
        }
        return submitter.name
    }
}
