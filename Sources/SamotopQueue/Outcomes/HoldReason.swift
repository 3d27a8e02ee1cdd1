/// Why a recipient waits for a person's decision.
public struct HoldReason: Sendable, Hashable {
    /// What kind of decision it is.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// The peer's signature (certificate, DNSSEC) isn't the one that was trusted.
        case signature = 0
        /// An operator said so.
        case `operator` = 1
        /// The content can't be read.
        case damaged = 2
        /// A rule of the program.
        case policy = 3
    }

    /// What kind it is.
    public let kind: Kind
    /// Plain words without addresses; cut at 200 octets.
    public let words: String

    /// Makes a reason.
    public init(_ kind: Kind, words: String) {
        self.kind = kind
        self.words = words.cut(at: 200)
    }
}
