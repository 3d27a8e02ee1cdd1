import Synchronization

/// Keys in a folder: a file for each mailbox, `<folder>/<domain>/<local-part>.asc`, with one armoured key or several, or `.pem` with
/// certificates. With both files there is no telling which is meant, and nothing is delivered.
///
/// The file is looked at for each message, so that a new key counts from the next message on; it is read only when it has
/// changed. What is written is complete: a crash leaves the old file or the new one.
public final class KeyFolder: RecipientKeys {
    private struct Known {
        let path: String
        let version: KeyFile.Version
        let recipient: Result<any EncryptionRecipient, KeyProblem>
        var used: UInt64
    }

    private struct State {
        var known: [String: Known] = [:]
        var uses: UInt64 = 0
    }

    /// Mailboxes whose keys are kept ready.
    private static let capacity = 512

    private let folder: String
    let engine: any EncryptionEngine
    private let state = Mutex(State())
    private let changing = Mutex(())

    /// A folder, which may be missing: then nobody has a key.
    public init(_ folder: String, engine: any EncryptionEngine) {
        self.folder = folder
        self.engine = engine
    }

    public func recipient(of mailbox: String) throws(KeyAccessError) -> (any EncryptionRecipient)? {
        let files = try files(of: mailbox)
        guard let (path, version) = files.first else { return nil }
        guard files.count == 1 else { throw .problem(.mixed) }
        let known: Known? = state.withLock { state in
            state.uses += 1
            guard let known = state.known[mailbox], known.version == version, known.path == path else { return nil }
            state.known[mailbox]?.used = state.uses
            return known
        }
        if let known { return try Self.recipient(known.recipient) }
        guard let octets = try KeyFile.read(path, limit: RecipientKey.maximumOctets) else {
            // Gone meanwhile: keys of the other kind may be there instead.
            return try self.recipient(of: mailbox)
        }
        let result: Result<any EncryptionRecipient, KeyProblem>
        do throws(KeyProblem) { result = .success(try engine.recipient(octets)) } catch { result = .failure(error) }
        // A file that changed while it was read isn't remembered under either version.
        if try KeyFile.version(of: path) == version { remember(mailbox, path, version, result) }
        return try Self.recipient(result)
    }

    /// What is in the folder: each mailbox's name, in order.
    public func mailboxes() throws(KeyAccessError) -> [String] {
        var found: [String] = []
        for name in try KeyFile.names(in: folder) {
            if let mailbox = KeyFileName.mailbox(of: name) { found.append(mailbox) }
            for file in try KeyFile.names(in: "\(folder)/\(name)") {
                if let mailbox = KeyFileName.mailbox(of: "\(name)/\(file)") { found.append(mailbox) }
            }
        }
        return Set(found).sorted()
    }

    /// Takes keys for a mailbox, beside those it has; a newer copy of a key takes the older one's place.
    ///
    /// - Parameters:
    ///   - octets: keys as their owner has exported them, armoured or not.
    ///   - seconds: the moment, since 1970.
    ///   - address: one of the user ids of each key must hold it; nil: none needs to.
    ///   - isReplacing: in place of what is there, whatever it is, rather than beside it. What was there isn't learned again.
    /// - Returns: the keys that were in the octets.
    /// - Throws: ``KeyImportError``; nothing has changed then.
    public func add(
        _ octets: [UInt8], to mailbox: String, for address: String?, at seconds: Int64, isReplacing: Bool = false
    ) throws(KeyImportError) -> [RecipientKey] {
        let recipient: any EncryptionRecipient
        do throws(KeyProblem) { recipient = try engine.recipient(octets) } catch { throw .problem(nil, error) }
        let new = recipient.keys
        for key in new {
            if let problem = key.problem(at: seconds) { throw .problem(key, problem) }
            if let address, !key.isFor(address) { throw .problem(key, .otherUserID) }
        }
        do throws(KeyAccessError) {
            let isDone = try change { () throws(KeyAccessError) -> Bool in
                if isReplacing {
                    try replace(with: new, mailbox)
                    return true
                }
                let old = try keysToKeep(of: mailbox).filter { key in
                    !new.contains { $0.fingerprint == key.fingerprint }
                }
                guard old.allSatisfy({ $0.kind == recipient.kind }) else { return false }
                guard old.count + new.count <= RecipientKey.maximumKeys else { throw .problem(.tooMany) }
                try write(old + new, mailbox)
                return true
            }
            if isDone { return new }
        } catch { throw .access(error) }
        throw .otherKind(new)
    }

    /// Puts keys in the place of all others, also of what can't be read.
    private func replace(with new: [RecipientKey], _ mailbox: String) throws(KeyAccessError) {
        let old = (try? keysToKeep(of: mailbox).map(\.fingerprint)) ?? []
        let gone = old.filter { print in !new.contains { $0.fingerprint == print } }
        if !gone.isEmpty { try note(gone, asDeclinedOf: mailbox) }
        try write(new, mailbox)
    }

    /// Removes one key of a mailbox, or all. From here on its mail is encrypted to the others, or to nobody. What was removed isn't
    /// learned again (``learn(_:for:address:at:)``).
    ///
    /// - Parameter fingerprint: nil: all keys, also when the file can't be read.
    /// - Returns: whether there was something to remove.
    public func remove(_ fingerprint: String?, of mailbox: String) throws(KeyAccessError) -> Bool {
        try change { () throws(KeyAccessError) -> Bool in
            guard try !files(of: mailbox).isEmpty else { return false }
            guard let fingerprint else {
                let known = (try? keysToKeep(of: mailbox).map(\.fingerprint)) ?? []
                try note(known.isEmpty ? ["unread"] : known, asDeclinedOf: mailbox)
                try removeFiles(of: mailbox)
                return true
            }
            let old = try keysToKeep(of: mailbox)
            let left = old.filter { $0.fingerprint != fingerprint }
            guard left.count < old.count else { return false }
            try note([fingerprint], asDeclinedOf: mailbox)
            if left.isEmpty { try removeFiles(of: mailbox) } else { try write(left, mailbox) }
            return true
        }
    }

    /// One change at a time, of this process and of others.
    func change<Value: Sendable>(_ body: () throws(KeyAccessError) -> Value) throws(KeyAccessError) -> Value {
        let result: Result<Value, KeyAccessError> = changing.withLock { _ in
            do throws(KeyAccessError) {
                let lock = try KeyFile.lock(folder)
                defer { KeyFile.unlock(lock) }
                return .success(try body())
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The path of a mailbox's keys, or of what is beside them.
    func path(of mailbox: String, _ suffix: String) -> String {
        "\(folder)/\(KeyFileName.path(of: mailbox, suffix))"
    }

    func keysToKeep(of mailbox: String) throws(KeyAccessError) -> [RecipientKey] {
        try recipient(of: mailbox)?.keys ?? []
    }

    /// Writes keys of one kind, in place of what is there. Cut short, it leaves the old file, the new one, or both, with which nothing
    /// is delivered.
    func write(_ keys: [RecipientKey], _ mailbox: String) throws(KeyAccessError) {
        let octets = Array(keys.map(\.armored).joined())
        guard octets.count <= RecipientKey.maximumOctets else { throw .problem(.tooLarge) }
        guard let kind = keys.first?.kind, keys.allSatisfy({ $0.kind == kind }) else { throw .problem(.mixed) }
        let target = path(of: mailbox, KeyFileName.suffix(of: kind))
        try KeyFile.replace(target, with: octets)
        for (path, _) in try files(of: mailbox) where path != target { try KeyFile.remove(path) }
    }

    /// The files with a mailbox's keys that are there; more than one is one too many.
    private func files(of mailbox: String) throws(KeyAccessError) -> [(path: String, version: KeyFile.Version)] {
        var found: [(path: String, version: KeyFile.Version)] = []
        // Twice before it is said that there is none: between two looks one file may have taken the other's place.
        for _ in 0..<2 where found.isEmpty {
            for suffix in KeyFileName.suffixes {
                let path = path(of: mailbox, suffix)
                if let version = try KeyFile.version(of: path) { found.append((path, version)) }
            }
        }
        return found
    }

    private func removeFiles(of mailbox: String) throws(KeyAccessError) {
        for (path, _) in try files(of: mailbox) { try KeyFile.remove(path) }
    }

    private static func recipient(
        _ result: Result<any EncryptionRecipient, KeyProblem>
    ) throws(KeyAccessError) -> any EncryptionRecipient {
        switch result {
        case .success(let recipient): return recipient
        case .failure(let problem): throw .problem(problem)
        }
    }

    private func remember(
        _ mailbox: String, _ path: String, _ version: KeyFile.Version,
        _ result: Result<any EncryptionRecipient, KeyProblem>
    ) {
        state.withLock { state in
            if state.known.count >= Self.capacity, let oldest = state.known.min(by: { $0.value.used < $1.value.used }) {
                state.known[oldest.key] = nil
            }
            state.known[mailbox] = Known(path: path, version: version, recipient: result, used: state.uses)
        }
    }
}

/// Why keys were not taken.
public enum KeyImportError: Error, Sendable, Hashable {
    /// A key can't be used, or nothing can be read (then there is no key to name).
    case problem(RecipientKey?, KeyProblem)
    /// The mailbox has keys of the other kind, and a mailbox has keys of one kind; these were given, one or more.
    case otherKind([RecipientKey])
    /// The store failed, or has no room.
    case access(KeyAccessError)
}
