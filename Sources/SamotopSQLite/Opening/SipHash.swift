#if SQLite
    /// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, “SipHash: a fast short-input PRF”, 2012; the longer output
    /// is that of the authors' reference). Who hasn't the key can neither foresee a hash nor test a guess.
    struct SipHash {
        private var v0, v1, v2, v3: UInt64

        /// - Parameter key: 16 octets; what is missing counts as 0.
        static func hash(key: some Collection<UInt8>, _ input: [UInt8]) -> (high: UInt64, low: UInt64) {
            var state = SipHash(word(key.prefix(8)), word(key.dropFirst(8).prefix(8)))
            let whole = input.count / 8 * 8
            for start in stride(from: 0, to: whole, by: 8) { state.absorb(word(input[start..<(start + 8)])) }
            state.absorb(word(input[whole...]) | UInt64(truncatingIfNeeded: input.count) << 56)
            return state.finish()
        }

        private init(_ k0: UInt64, _ k1: UInt64) {
            v0 = k0 ^ 0x736f_6d65_7073_6575
            v1 = k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
            v2 = k0 ^ 0x6c79_6765_6e65_7261
            v3 = k1 ^ 0x7465_6462_7974_6573
        }

        /// Little-endian; up to 8 octets.
        private static func word(_ octets: some Collection<UInt8>) -> UInt64 {
            octets.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
        }

        private mutating func absorb(_ word: UInt64) {
            v3 ^= word
            rounds(2)
            v0 ^= word
        }

        private mutating func finish() -> (high: UInt64, low: UInt64) {
            v2 ^= 0xee
            rounds(4)
            let low = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xdd
            rounds(4)
            return (v0 ^ v1 ^ v2 ^ v3, low)
        }

        private mutating func rounds(_ count: Int) {
            for _ in 0..<count {
                v0 &+= v1
                v1 = v1 << 13 | v1 >> 51
                v1 ^= v0
                v0 = v0 << 32 | v0 >> 32
                v2 &+= v3
                v3 = v3 << 16 | v3 >> 48
                v3 ^= v2
                v0 &+= v3
                v3 = v3 << 21 | v3 >> 43
                v3 ^= v0
                v2 &+= v1
                v1 = v1 << 17 | v1 >> 47
                v1 ^= v2
                v2 = v2 << 32 | v2 >> 32
            }
        }
    }
#endif
