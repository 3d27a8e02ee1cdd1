#if Web
    /// An origin (RFC 6454 §4): scheme, host and port.
    public struct WebOrigin: Sendable, Hashable {
        /// Whether it is `https`: cookies are then for TLS alone.
        public let isSecure: Bool
        /// The host in lower case; an IPv6 address stands in brackets.
        public let host: String
        /// The port; nil: the scheme's own.
        public let port: Int?

        /// `http://localhost`, with any port.
        public static let loopback = WebOrigin(isSecure: false, host: "localhost", port: nil)

        /// Nil unless the text is `https://host` or `http://loopback`, perhaps with a port: the sign-in never goes
        /// over a wire in clear.
        public init?(_ text: String) {
            let lower = text.lowercased()
            let isSecure = lower.hasPrefix("https://")
            guard isSecure || lower.hasPrefix("http://") else { return nil }
            var rest = lower.dropFirst(isSecure ? 8 : 7)
            if rest.hasSuffix("/") { rest.removeLast() }
            guard let authority = Authority(rest) else { return nil }
            guard isSecure || Self.isLoopback(authority.host) else { return nil }
            self.init(isSecure: isSecure, host: authority.host, port: authority.port)
        }

        private init(isSecure: Bool, host: String, port: Int?) {
            self.isSecure = isSecure
            self.host = host
            self.port = port
        }

        /// As a browser writes it in the Origin field.
        public var text: String {
            "\(isSecure ? "https" : "http")://\(host)\(port.map { ":\($0)" } ?? "")"
        }

        static func isLoopback(_ host: String) -> Bool {
            host == "localhost" || host.hasSuffix(".localhost") || host == "127.0.0.1" || host == "[::1]"
        }
    }

    /// Host and perhaps port, as the Host field has them (RFC 9110 §7.2).
    struct Authority: Hashable {
        let host: String
        let port: Int?

        /// Nil when it is longer than 260 octets, or has octets that no host has.
        init?(_ text: some StringProtocol) {
            let bytes = Array(text.utf8)
            guard (1...260).contains(bytes.count) else { return nil }
            let isAddress = bytes.first == UInt8(ascii: "[")
            let end =
                isAddress
                ? bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
                : bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.count
            guard let end, end > 0 else { return nil }
            guard bytes[..<end].allSatisfy({ Self.isHostOctet($0, inBrackets: isAddress) }) else { return nil }
            host = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            if end == bytes.count {
                port = nil
            } else {
                guard bytes[end] == UInt8(ascii: ":"),
                    let number = UInt16(String(decoding: bytes[(end + 1)...], as: UTF8.self))
                else { return nil }
                port = Int(number)
            }
        }

        private static func isHostOctet(_ byte: UInt8, inBrackets: Bool) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"): inBrackets
            default: false
            }
        }
    }
#endif
