/// Keys that an owner's program announces: the first one is taken, and no later one without the owner's word.
extension KeyFolder {
    /// What became of an announced key.
    public enum Learned: Sendable, Hashable {
        /// It is the mailbox's first key: from the next message on mail is encrypted to it.
        case taken(RecipientKey)
        /// The mailbox has it.
        case known
        /// It waits for its owner's word.
        case offered(RecipientKey)
        /// Its owner didn't want it, or removed it.
        case declined
    }

    /// Keys that an owner has declined or removed, of one mailbox; beyond them the oldest are forgotten.
    private static let maximumDeclined = 100

    /// Takes a mailbox's first key. Any other, and a newer copy of one that can't be used any more, is offered to its owner instead.
    ///
    /// - Parameters:
    ///   - octets: keys, armoured or not; the first one that is for the address counts.
    ///   - address: whose key it is; one of the user ids must hold it.
    ///   - seconds: the moment, since 1970.
    /// - Throws: ``KeyImportError``; nothing has changed then.
    public func learn(
        _ octets: [UInt8], for mailbox: String, address: String, at seconds: Int64
    ) throws(KeyImportError) -> Learned {
        let found: [RecipientKey]
        do throws(KeyProblem) {
            let recipient = try engine.recipient(octets)
            // Certificates come from their owners alone: an Autocrypt field has OpenPGP keys.
            guard recipient.kind == .openPGP else { throw .unreadable }
            found = recipient.keys
        } catch { throw .problem(nil, error) }
        guard let key = found.first(where: { $0.isFor(address) }) else { throw .problem(found.first, .otherUserID) }
        if let problem = key.problem(at: seconds) { throw .problem(key, problem) }
        do throws(KeyAccessError) {
            return try change { () throws(KeyAccessError) -> Learned in
                let old = try keysToKeep(of: mailbox)
                if let same = old.first(where: { $0.fingerprint == key.fingerprint }), same.problem(at: seconds) == nil
                {
                    return .known
                }
                let declined = try declined(of: mailbox)
                if declined.contains(key.fingerprint) { return .declined }
                // Who has removed a key has decided once, and is asked from then on.
                guard !old.isEmpty || !declined.isEmpty else {
                    try write([key], mailbox)
                    return .taken(key)
                }
                let path = path(of: mailbox, KeyFileName.offered)
                if try KeyFile.read(path, limit: RecipientKey.maximumOctets) != key.armored {
                    try KeyFile.replace(path, with: key.armored)
                }
                return .offered(key)
            }
        } catch { throw .access(error) }
    }

    /// The key that waits for its owner's word; nil: none does.
    public func offered(to mailbox: String, at seconds: Int64) throws(KeyAccessError) -> RecipientKey? {
        let path = path(of: mailbox, KeyFileName.offered)
        guard let octets = try KeyFile.read(path, limit: RecipientKey.maximumOctets) else { return nil }
        guard let key = try? engine.recipient(octets).keys.first, key.problem(at: seconds) == nil else { return nil }
        // It may have been imported meanwhile.
        let same = try? recipient(of: mailbox)?.keys.first { $0.fingerprint == key.fingerprint }
        return same?.problem(at: seconds) == nil && same != nil ? nil : key
    }

    /// Takes the offered key by its owner's word.
    ///
    /// - Parameter isOnly: in place of all others, rather than beside them.
    /// - Returns: whether this one was offered, and can be where it shall be: not beside certificates.
    public func accept(
        _ fingerprint: String, for mailbox: String, isOnly: Bool, at seconds: Int64
    ) throws(KeyAccessError) -> Bool {
        try change { () throws(KeyAccessError) in
            guard let key = try offered(to: mailbox, at: seconds), key.fingerprint == fingerprint else { return false }
            let old = isOnly ? [] : try keysToKeep(of: mailbox).filter { $0.fingerprint != fingerprint }
            guard old.allSatisfy({ $0.kind == key.kind }) else { return false }
            guard old.count < RecipientKey.maximumKeys else { throw .problem(.tooMany) }
            try write(old + [key], mailbox)
            try KeyFile.remove(path(of: mailbox, KeyFileName.offered))
            return true
        }
    }

    /// Forgets the offered key by its owner's word; it isn't offered again.
    ///
    /// - Returns: whether this one was offered.
    public func decline(_ fingerprint: String, for mailbox: String, at seconds: Int64) throws(KeyAccessError) -> Bool {
        try change { () throws(KeyAccessError) in
            guard try offered(to: mailbox, at: seconds)?.fingerprint == fingerprint else { return false }
            try note([fingerprint], asDeclinedOf: mailbox)
            try KeyFile.remove(path(of: mailbox, KeyFileName.offered))
            return true
        }
    }

    /// Remembers that these aren't to be taken by themselves.
    func note(_ fingerprints: [String], asDeclinedOf mailbox: String) throws(KeyAccessError) {
        let known = try declined(of: mailbox).filter { !fingerprints.contains($0) }
        let lines = (known + fingerprints).suffix(Self.maximumDeclined).map { "\($0)\n" }
        try KeyFile.replace(path(of: mailbox, KeyFileName.declined), with: Array(lines.joined().utf8))
    }

    private func declined(of mailbox: String) throws(KeyAccessError) -> [String] {
        let path = path(of: mailbox, KeyFileName.declined)
        let octets = try KeyFile.read(path, limit: RecipientKey.maximumOctets) ?? []
        return octets.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
}
