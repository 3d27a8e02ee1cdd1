/// What is kept of a passphrase so that the same key comes of it each time: salt and cost of scrypt (RFC 7914), and a mark by which a wrong
/// passphrase is known. Neither the key nor the passphrase can be told from it, except by trying passphrases.
///
/// As text like a ``PasswordHash``, with `scrypt-key` in front. scrypt makes 64 octets of the passphrase: the first half is the key, the second
/// half the mark.
public struct PassphraseKey: Sendable, Hashable {
    /// Octets of the key.
    public static let length = 32
    /// 128 MiB for each try: a passphrase is typed once, and tried by who has the disk.
    private static let cost = PasswordHash.Cost(logarithm: 17)
    private static let scheme = "scrypt-key"

    private let mark: PasswordHash

    /// Begins with a passphrase. Takes long.
    ///
    /// - Parameter cost: nil: the usual one.
    /// - Returns: nil when the passphrase is empty or longer than ``PasswordHash/longestPassword``.
    public static func begin(
        with passphrase: String, cost: PasswordHash.Cost? = nil
    ) -> (kept: PassphraseKey, key: [UInt8])? {
        let salt = PasswordHash.newSalt()
        guard let cost = cost ?? Self.cost,
            let octets = PasswordHash.derive(passphrase, salt: salt, cost: cost, count: 2 * length)
        else { return nil }
        let mark = PasswordHash(cost: cost, salt: salt, hash: Array(octets.suffix(length)))
        return (PassphraseKey(mark: mark), Array(octets.prefix(length)))
    }

    private init(mark: PasswordHash) { self.mark = mark }

    /// Reads the text form; nil when it isn't one.
    public init?(_ text: String) {
        guard let mark = PasswordHash(text, scheme: Self.scheme), mark.hash.count == Self.length else { return nil }
        self.mark = mark
    }

    /// The text form.
    public var text: String { mark.text(scheme: Self.scheme) }

    /// The key; nil: another passphrase. Takes long.
    public func key(of passphrase: String) -> [UInt8]? {
        let octets = PasswordHash.derive(passphrase, salt: mark.salt, cost: mark.cost, count: 2 * Self.length)
        guard let octets, Array(octets.suffix(Self.length)).isEqualInConstantTime(to: mark.hash) else { return nil }
        return Array(octets.prefix(Self.length))
    }
}
