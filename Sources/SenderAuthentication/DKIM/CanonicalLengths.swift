/// Octets of the canonical bodies that were made.
struct CanonicalLengths: Sendable, Hashable {
    private var simple: Int?
    private var relaxed: Int?

    subscript(canonicalization: Canonicalization) -> Int? {
        get {
            switch canonicalization {
            case .simple: simple
            case .relaxed: relaxed
            }
        }
        set {
            switch canonicalization {
            case .simple: simple = newValue
            case .relaxed: relaxed = newValue
            }
        }
    }
}
