/// The digests of a body, by what was wanted.
struct BodyDigests: Sendable {
    private var digests: [(wanted: BodyHash, digest: [UInt8])] = []

    /// There are as few as ``DKIMLimits/maximumBodyHashes`` and those of signers.
    subscript(wanted: BodyHash) -> [UInt8]? { digests.first { $0.wanted == wanted }?.digest }

    mutating func add(_ hasher: BodyHasher) { digests.append((hasher.wanted, hasher.finish())) }
}
