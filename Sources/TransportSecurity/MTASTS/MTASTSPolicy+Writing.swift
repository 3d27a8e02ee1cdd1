import Crypto

// What a domain publishes of its own policy (RFC 8461 §3.1, §3.2).
extension MTASTSPolicy {
    /// Octets of the digest that ``id`` shows.
    private static let digestLength = 16

    /// A policy of one's own.
    ///
    /// - Parameters:
    ///   - mode: what senders are to do.
    ///   - maxAge: seconds for which they keep it: up to ``maximumAge``.
    ///   - hosts: names of the servers that take the domain's mail, or `*.` and the rest of a name. At least one unless the mode is
    ///     `none`.
    /// - Throws: which of them no policy can have.
    public init(mode: Mode, maxAge: Int64, hosts: [String]) throws(MTASTSPolicyError) {
        guard (0...Self.maximumAge).contains(maxAge) else { throw .maxAge }
        guard !hosts.isEmpty || mode == .none else { throw .pattern }
        guard hosts.count <= Self.maximumPatterns else { throw .tooManyPatterns }
        var patterns: [String] = []
        for host in hosts {
            guard let pattern = Self.pattern(Array(host.utf8)[...]) else { throw .pattern }
            patterns.append(pattern)
        }
        self.init(mode: mode, maxAge: maxAge, patterns: patterns)
    }

    /// The file to serve at `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` (RFC 8461 §3.2), its lines ended by CRLF.
    public var file: [UInt8] {
        let lines =
            ["version: STSv1", "mode: \(mode.rawValue)"] + patterns.map { "mx: \($0)" } + ["max_age: \(maxAge)"]
        return Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }

    /// The `id` of the TXT record: made of the file's digest, so that another policy has another one.
    public var id: String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(data: file).prefix(Self.digestLength)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The TXT record to publish at `_mta-sts.DOMAIN` (RFC 8461 §3.1).
    public var record: [UInt8] { Array("v=STSv1; id=\(id);".utf8) }
}
