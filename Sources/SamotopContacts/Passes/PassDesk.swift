public import SamotopCore

/// What owners do with passes.
public struct PassDesk: Sendable {
    private let store: any PassStore
    private let clock: any WallClock

    /// Works on a store.
    public init(_ store: any PassStore, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
    }

    /// The owner's passes, the newest first.
    public func passes(of owner: Owner) async throws -> [Pass] { try await store.passes(of: owner) }

    /// Makes a pass.
    ///
    /// - Parameters:
    ///   - word: nil: ten random characters, which nobody guesses. A word of one's own is as secret as people make it.
    ///   - expires: from when on it counts no more; nil: never.
    ///   - domain: of an address, whose it is; nil: of the first that uses it.
    /// - Returns: nil when the owner has a pass with this word.
    public func make(
        _ kind: Pass.Kind, word: Pass.Word? = nil, note: String = "", expires: Timestamp? = nil,
        domain: String? = nil, of owner: Owner
    ) async throws -> Pass? {
        guard let word = word ?? Pass.Word(ContactID.random().text.utf8.prefix(10)) else { return nil }
        let pass = Pass(
            owner: owner, word: word, kind: kind, note: note, created: clock.now(), expires: expires,
            domain: kind.isAddress ? domain : nil)
        return try await store.change(word, of: owner) { $0 ?? pass } == pass ? pass : nil
    }

    /// Takes a pass back; who became welcome by it stays so. Returns it; nil when there is none.
    @discardableResult
    public func revoke(_ word: Pass.Word, of owner: Owner) async throws -> Pass? {
        let now = clock.now()
        return try await store.change(word, of: owner) { pass in
            guard var pass else { return nil }
            pass.revoked = pass.revoked ?? now
            return pass
        }
    }

    /// Takes a revocation back: the pass lets in again whom it would, if it was never revoked. Returns it; nil when there is
    /// none.
    @discardableResult
    public func restore(_ word: Pass.Word, of owner: Owner) async throws -> Pass? {
        try await store.change(word, of: owner) { pass in
            guard var pass else { return nil }
            pass.revoked = nil
            return pass
        }
    }

    /// Takes it back that a pass was made: one that nobody used is removed, one that somebody did is revoked, so that it is
    /// still told by what they came in. Returns what is left of it.
    @discardableResult
    public func withdraw(_ word: Pass.Word, of owner: Owner) async throws -> Pass? {
        let now = clock.now()
        return try await store.change(word, of: owner) { pass in
            guard var pass, pass.uses > 0 else { return nil }
            pass.revoked = pass.revoked ?? now
            return pass
        }
    }
}
