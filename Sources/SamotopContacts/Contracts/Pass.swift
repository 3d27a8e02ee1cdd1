public import SamotopCore

/// The owner's word given beforehand: who knows the pass is welcome.
public struct Pass: Sendable, Hashable {
    /// How often it lets someone in.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The first sender that uses it, and nobody after it: an address to give to one correspondent.
        case once
        /// Anyone, until it expires or is revoked: a phrase to print on a card.
        case phrase
        /// The first domain that uses it, as often as it likes, and no other: an address to give to one shop. Nobody becomes
        /// welcome elsewhere by it.
        case address
        /// The same for one message.
        case single

        /// Whether the whole address ends with it, and not just a welcome.
        public var isAddress: Bool { self == .address || self == .single }
    }

    /// Seconds after the first message to a single-use address in which its domain may try again: a try may have been cut short
    /// after the use was noted, and servers try again after hours.
    public static let grace: Int64 = 86_400

    /// Addresses for one purpose of an owner, the newest, that are kept when they ended, so that they stay refused.
    public static let keptAddresses = 500

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
    /// When one last did; of a single-use address the first time.
    public var lastUsed: Timestamp?
    /// Of an address, the domain that has it for itself, in lower case; nil: none yet.
    public var domain: String?

    /// Makes a pass.
    public init(
        owner: Owner, word: Word, kind: Kind, note: String = "", created: Timestamp, expires: Timestamp? = nil,
        revoked: Timestamp? = nil, uses: Int = 0, lastUsed: Timestamp? = nil, domain: String? = nil
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
        self.domain = domain
    }

    /// Whether it lets someone in at this moment.
    public func isValid(at moment: Timestamp) -> Bool {
        if revoked != nil || (kind == .once && uses > 0) { return false }
        return ended.map { moment < $0 } ?? true
    }

    /// Uses it for a message of a proved domain, if it is such an address and that domain's.
    ///
    /// - Returns: whether it was.
    public mutating func use(by other: String, at moment: Timestamp) -> Bool {
        let first = domain ?? other
        guard kind.isAddress, isValid(at: moment), DomainRelation.isRelated(Array(first.utf8), Array(other.utf8)) else {
            return false
        }
        domain = first
        if kind == .address || uses == 0 { lastUsed = moment }
        uses = uses.addingWithoutOverflow(1)
        return true
    }

    /// Since when it lets nobody in any more; nil: it does, or did up to its end in the future.
    public var ended: Timestamp? {
        [revoked, usedUp, expires].compactMap(\.self).min()
    }

    private var usedUp: Timestamp? {
        guard uses > 0, let lastUsed else { return nil }
        switch kind {
        case .once: return lastUsed
        case .single: return Timestamp(seconds: lastUsed.seconds + Self.grace, nanoseconds: lastUsed.nanoseconds)
        case .phrase, .address: return nil
        }
    }
}
