import Crypto

/// Makes one body hash from canonical octets.
struct BodyHasher: Sendable {
    let wanted: BodyHash
    // Two optionals and not one enum with payloads: those would be copied at each update.
    private var sha256: SHA256?
    private var sha1: Insecure.SHA1?
    private var remaining: Int

    init(_ wanted: BodyHash) {
        self.wanted = wanted
        remaining = wanted.length ?? Int.max
        switch wanted.algorithm {
        case .sha256: sha256 = SHA256()
        case .sha1: sha1 = Insecure.SHA1()
        }
    }

    mutating func update(_ octets: UnsafeRawBufferPointer) {
        let count = min(octets.count, remaining)
        guard count > 0 else { return }
        if wanted.length != nil { remaining -= count }
        let counted = UnsafeRawBufferPointer(rebasing: octets[..<count])
        sha256?.update(bufferPointer: counted)
        sha1?.update(bufferPointer: counted)
    }

    func finish() -> [UInt8] {
        if let sha256 { return Array(sha256.finalize()) }
        if let sha1 { return Array(sha1.finalize()) }
        return []
    }
}
