import Crypto

/// Seals the records of one segment under the segment's own key: AES-256-GCM, the sequence number as nonce.
///
/// The tag is the record's checksum: a torn, flipped or foreign record doesn't open. When the segment is done, its key is
/// destroyed, and with it all that was in the segment.
struct SegmentSeal {
    static let keyLength = 32
    static let overhead = 16

    private let key: SymmetricKey

    /// A seal with a new key.
    init() { key = SymmetricKey(size: .bits256) }

    /// The seal of a key that was read from a segment.
    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    var keyOctets: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Appends ciphertext and tag.
    func seal(_ octets: [UInt8], sequence: UInt64, into writer: inout OctetWriter) throws {
        let box = try AES.GCM.seal(octets, using: key, nonce: Self.nonce(sequence))
        writer.append(box.ciphertext)
        writer.append(box.tag)
    }

    /// The octets, or nil when they are not what was sealed.
    func open(_ sealed: ArraySlice<UInt8>, sequence: UInt64) -> [UInt8]? {
        guard sealed.count >= Self.overhead, let nonce = try? Self.nonce(sequence),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: sealed.dropLast(Self.overhead), tag: sealed.suffix(Self.overhead)),
            let octets = try? AES.GCM.open(box, using: key)
        else { return nil }
        return Array(octets)
    }

    private static func nonce(_ sequence: UInt64) throws -> AES.GCM.Nonce {
        var bytes = [UInt8](repeating: 0, count: 12)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: sequence >> (8 * UInt64(index))) }
        return try AES.GCM.Nonce(data: bytes)
    }
}
