public import SamotopCore

/// The owner's word given beforehand: who knows the pass is welcome.
public struct Pass: Sendable, Hashable {
    /// How often it lets someone in.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The first sender that uses it, and nobody after it: an address to give to one correspondent.
        case once
        /// Anyone, until it expires or is revoked: a phrase to print on a card.
        case phrase
    }

    /// The word: 1…32 letters, digits and hyphens of ASCII, in lower case.
    public struct Word: Sendable, Hashable {
        /// The word in lower case.
        public let text: String

        /// Nil unless the text has that form; upper case is folded.
        public init?(_ text: String) { self.init(Array(text.utf8)) }

        init?(_ octets: some Collection<UInt8>) {
            guard (1...32).contains(octets.count) else { return nil }
            let folded = octets.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let isWord = folded.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
            guard isWord else { return nil }
            self.text = String(decoding: folded, as: UTF8.self)
        }
    }

    /// Who gave it.
    public let owner: Owner
    /// The word; unique for an owner.
    public let word: Word
    /// How often it lets someone in.
    public let kind: Kind
    /// For the owner: whom it was given to. At most 100 characters.
    public var note: String
    /// When it was made.
    public let created: Timestamp
    /// From this moment on it lets nobody in; nil: never.
    public var expires: Timestamp?
    /// When the owner took it back.
    public var revoked: Timestamp?
    /// How many senders became welcome by it.
    public var uses: Int
    /// When one last did.
    public var lastUsed: Timestamp?

    /// Makes a pass.
    public init(
        owner: Owner, word: Word, kind: Kind, note: String = "", created: Timestamp, expires: Timestamp? = nil,
        revoked: Timestamp? = nil, uses: Int = 0, lastUsed: Timestamp? = nil
    ) {
        self.owner = owner
        self.word = word
        self.kind = kind
        self.note = String(note.prefix(100))
        self.created = created
        self.expires = expires
        self.revoked = revoked
        self.uses = uses
        self.lastUsed = lastUsed
    }

    /// Whether it lets someone in at this moment.
    public func isValid(at moment: Timestamp) -> Bool {
        if revoked != nil || (kind == .once && uses > 0) { return false }
        return expires.map { moment < $0 } ?? true
    }

    /// Since when it lets nobody in any more; nil: it does, or did up to its end in the future.
    public var ended: Timestamp? {
        [revoked, kind == .once && uses > 0 ? lastUsed : nil, expires].compactMap(\.self).min()
    }
}
