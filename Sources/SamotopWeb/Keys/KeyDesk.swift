#if Web
    public import SamotopContacts

    /// What the page *Keys* works with, where mail is encrypted at rest: the public keys of mailboxes.
    ///
    /// It takes no secret key: what isn't public is refused and kept nowhere.
    public protocol KeyDesk: Sendable {
        /// Whether others find the keys of those owners who have nothing against it.
        var publishes: Bool { get }

        /// What there is for an owner.
        func keys(of owner: Owner) async throws -> MailboxKeys

        /// Takes keys as their owner has exported them, armoured or not, or certificates.
        ///
        /// - Parameters:
        ///   - isAnyUserID: none of a key's user ids needs to hold the mailbox's address.
        ///   - isReplacing: in place of all there are.
        func add(
            _ octets: [UInt8], of owner: Owner, isAnyUserID: Bool, isReplacing: Bool
        ) async throws -> KeyAddition

        /// Removes a key, or all of them.
        ///
        /// - Parameter fingerprint: nil: all, also when they can't be read.
        /// - Returns: whether there was something to remove.
        func remove(_ fingerprint: String?, of owner: Owner) async throws -> Bool

        /// Decides about the key that one of the owner's programs announced.
        ///
        /// - Returns: whether it was still that one.
        func decide(_ decision: KeyOfferDecision, about fingerprint: String, of owner: Owner) async throws -> Bool

        /// Whether others may find the owner's keys.
        func setPublished(_ isPublished: Bool, of owner: Owner) async throws
    }

    /// What became of keys that somebody gave.
    public enum KeyAddition: Sendable, Hashable {
        /// From now on mail is encrypted to these.
        case added([MailboxKey])
        /// No user id of this key has the mailbox's address; with all the keys that were given, armoured, which are public.
        case otherUserID(MailboxKey, armored: [UInt8])
        /// The owner has keys of the other kind, and can have one kind: OpenPGP keys or certificates. With all that were given.
        case otherKind(MailboxKey, armored: [UInt8])
        /// Nothing was taken, with the key that is to blame, if one can be read, and with what is wrong and what to do.
        case refused(MailboxKey?, words: String)
    }

    /// What an owner says of a key that a program of theirs announced.
    public enum KeyOfferDecision: String, Sendable, Hashable, CaseIterable {
        /// It is a further one.
        case beside
        /// It is the only one from now on.
        case instead
        /// It isn't taken, and isn't offered again.
        case decline
    }
#endif
