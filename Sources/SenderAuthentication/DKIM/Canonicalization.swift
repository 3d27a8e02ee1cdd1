/// How much a message may change and still be the same to a signature (RFC 6376 §3.4).
public enum Canonicalization: String, Sendable, Hashable, CaseIterable {
    /// Hardly at all.
    case simple
    /// White space and the case of field names don't matter.
    case relaxed
}

extension Canonicalization {
    /// The algorithm of this name, ASCII case ignored.
    init?(_ name: ArraySlice<UInt8>) {
        if name.isWord("relaxed") {
            self = .relaxed
        } else if name.isWord("simple") {
            self = .simple
        } else {
            return nil
        }
    }
}
