import Crypto

/// What clients ask a Web Key Directory for (draft-koch-openpgp-webkey-service-19 §3.1), in the advanced method and in the direct one.
public enum WebKeyDirectory {
    /// A question, told from a host and a path.
    public enum Request: Sendable, Hashable {
        /// The flags of a domain, in lower case.
        case policy(domain: String)
        /// The key of a mailbox by its domain, in lower case, and its hashed local-part.
        case key(domain: String, hash: String)
    }

    /// The first label of a host that answers by the advanced method.
    public static let label = "openpgpkey"
    private static let root = "/.well-known/openpgpkey/"
    private static let digits = Array("ybndrfg8ejkmcpqxot1uwisza345h769".utf8)
    private static let hashLength = 32

    /// The question in a path with its query.
    ///
    /// - Parameter host: in lower case.
    /// - Returns: nil when it is none.
    public static func request(_ path: String, at host: String) -> Request? {
        let path = path.prefix { $0 != "?" }
        guard path.hasPrefix(root) else { return nil }
        var parts = path.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var domain = host
        if host.hasPrefix("\(label).") {
            domain = String(host.dropFirst(label.count + 1))
            // Advanced: the domain stands in the path, too, so that one host can answer for several.
            guard parts.first?.lowercased() == domain else { return nil }
            parts.removeFirst()
        }
        if parts == ["policy"] { return .policy(domain: domain) }
        guard parts.count == 2, parts[0] == "hu", parts[1].utf8.count == hashLength,
            parts[1].utf8.allSatisfy(digits.contains)
        else { return nil }
        return .key(domain: domain, hash: parts[1])
    }

    /// The hash of a local-part: SHA-1 of it in lower case (of ASCII's letters alone), in z-base-32.
    public static func hash(of localPart: String) -> String {
        let lower = localPart.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return zBase32(Array(Insecure.SHA1.hash(data: lower)))
    }

    /// z-base-32: five bits a digit, the first bits first; what is left over is filled with zeros.
    static func zBase32(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for octet in octets {
            bits = (bits << 8 | UInt32(octet)) & 0xFFFF
            count += 8
            while count >= 5 {
                count -= 5
                text.append(digits[Int(bits >> count & 31)])
            }
        }
        if count > 0 { text.append(digits[Int(bits << (5 - count) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
