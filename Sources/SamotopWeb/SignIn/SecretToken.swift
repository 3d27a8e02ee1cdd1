#if Web
    import Crypto

    /// 256 random bits as 43 characters of base 64 for URLs (RFC 4648 §5). Kept only as its SHA-256, so that what is
    /// in memory
    /// opens nothing.
    struct SecretToken: Sendable, Hashable {
        let text: String

        private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

        static func random() -> SecretToken {
            var generator = SystemRandomNumberGenerator()
            return SecretToken(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }

        init(bytes: [UInt8]) {
            var digits: [UInt8] = []
            var bits = 0
            var count = 0
            for byte in bytes {
                bits = (bits << 8 | Int(byte)) & 0xFFFF
                count += 8
                while count >= 6 {
                    count -= 6
                    digits.append(Self.digits[bits >> count & 63])
                }
            }
            if count > 0 { digits.append(Self.digits[bits << (6 - count) & 63]) }
            text = String(decoding: digits, as: UTF8.self)
        }

        /// Nil unless it has the form of one.
        init?(_ text: some StringProtocol) {
            guard text.utf8.count == 43, text.utf8.allSatisfy({ Self.digits.contains($0) }) else { return nil }
            self.text = String(text)
        }

        var digest: SHA256Digest { SHA256.hash(data: Array(text.utf8)) }
    }
#endif
