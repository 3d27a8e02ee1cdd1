/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein: SipHash, 2012; the 128-bit variant of the reference code): who
/// doesn't know the key can neither guess what was hashed nor aim at a collision.
public struct KeyedHash: Sendable {
    private let key: (UInt64, UInt64)

    /// - Parameter key: 16 octets that nobody else knows; the same as long as the greylist is to be known again. Shorter ones are
    ///   filled with zeros.
    public init(key: [UInt8]) {
        let octets = key + [UInt8](repeating: 0, count: max(0, 16 - key.count))
        self.key = (Self.word(octets[0..<8]), Self.word(octets[8..<16]))
    }

    /// The hash of several parts; each one's length is hashed too, so that no two lists of parts are the same.
    public func key(_ parts: [[UInt8]]) -> GreylistKey {
        var octets: [UInt8] = []
        for part in parts {
            for shift in stride(from: 0, to: 32, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: part.count) >> UInt32(shift)))
            }
            octets += part
        }
        let (low, high) = hash(octets)
        return GreylistKey(high: high, low: low)
    }

    /// The first and the second eight octets of the hash, read with the least significant octet first.
    func hash(_ octets: [UInt8]) -> (UInt64, UInt64) {
        var state = SipState(key)
        var index = 0
        while octets.count - index >= 8 {
            state.take(Self.word(octets[index..<(index + 8)]))
            index += 8
        }
        state.take(Self.word(octets[index...]) | UInt64(octets.count & 0xFF) << 56)
        return state.finish()
    }

    /// Up to eight octets as a number, the least significant first.
    private static func word(_ octets: ArraySlice<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for octet in octets.reversed() { word = word << 8 | UInt64(octet) }
        return word
    }
}

private struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(_ key: (UInt64, UInt64)) {
        v0 = key.0 ^ 0x736f_6d65_7073_6575
        v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key.0 ^ 0x6c79_6765_6e65_7261
        v3 = key.1 ^ 0x7465_6462_7974_6573
    }

    mutating func take(_ word: UInt64) {
        v3 ^= word
        for _ in 0..<2 { round() }
        v0 ^= word
    }

    mutating func finish() -> (UInt64, UInt64) {
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (first, v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func round() {
        v0 = v0 &+ v1
        v1 = (v1 << 13 | v1 >> 51) ^ v0
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v3
        v3 = (v3 << 16 | v3 >> 48) ^ v2
        v0 = v0 &+ v3
        v3 = (v3 << 21 | v3 >> 43) ^ v0
        v2 = v2 &+ v1
        v1 = (v1 << 17 | v1 >> 47) ^ v2
        v2 = v2 << 32 | v2 >> 32
    }
}
