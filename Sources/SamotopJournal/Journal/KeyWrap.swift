import Crypto

/// Seals the keys of segments with the instance's key (AES-256-GCM), so that a header that the device keeps a copy of, after it was
/// overwritten, opens nothing without that.
struct KeyWrap: Sendable {
    /// Nonce, sealed key, tag.
    static let length = 12 + SegmentSeal.keyLength + 16

    private let key: SymmetricKey
    /// New segments have their keys sealed; else only those that are found so are opened.
    let isUsed: Bool

    /// - Parameter instanceKey: 32 octets.
    init(instanceKey: [UInt8], isUsed: Bool) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: instanceKey), info: Array("samotop journal".utf8), outputByteCount: 32)
        self.isUsed = isUsed
    }

    /// The key of a segment's life, bound to the life.
    func wrap(_ octets: [UInt8], generation: UInt64) -> [UInt8]? {
        try? AES.GCM.seal(octets, using: key, authenticating: Self.bound(generation)).combined.map { Array($0) }
    }

    /// Nil: it was sealed with another key, or isn't as it was written.
    func unwrap(_ octets: [UInt8], generation: UInt64) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: octets) else { return nil }
        return (try? AES.GCM.open(box, using: key, authenticating: Self.bound(generation))).map { Array($0) }
    }

    private static func bound(_ generation: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: generation >> (8 * UInt64($0))) }
    }
}
