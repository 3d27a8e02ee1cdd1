import InternetMessage
import NameResolution
import SenderAuthentication

/// A domain with a key, and what a test does with it.
struct SigningWorld {
    var signer: DKIMSigner
    var resolver: ZoneResolver

    static let domain = "client.example"
    static let now: Int64 = 1_700_000_000

    init(key: DKIMPrivateKey = .makeEd25519(), record: String? = nil) throws {
        guard let domain = DNSName(Self.domain), let selector = DNSName("sel") else {
            throw DKIMSigner.Failure.invalidTag
        }
        signer = DKIMSigner(key: key, domain: domain, selector: selector)
        resolver = SignatureVectors.resolver(
            "sel._domainkey.\(Self.domain)", record ?? string(key.record.text))
    }

    /// The same key with something before its `p=`.
    func withRecord(_ change: (String) -> String) -> SigningWorld {
        var world = self
        world.resolver = SignatureVectors.resolver(
            "sel._domainkey.\(Self.domain)", change(string(signer.key.record.text)))
        return world
    }

    static let message = octets(
        """
        From: Ann <ann@client.example>\r
        To: Bob <bob@our.test>\r
        Subject: dinner\r
        Date: Fri, 11 Jul 2003 21:00:37 -0700\r
        Message-ID: <1@client.example>\r
        \r
        Hi.\r
        \r
        Joe.\r

        """)

    /// The message with a signature on top.
    func sign(_ message: [UInt8] = Self.message, now: Int64 = Self.now) throws -> [UInt8] {
        let read = SignedMessage(message, bodyHashes: [signer.bodyHash])
        return try signer.sign(read, now: now).raw + message
    }

    func verify(
        _ message: [UInt8], now: Int64 = Self.now, policy: DKIMPolicy = .standard, limits: DKIMLimits = .standard
    ) async -> [DKIMFinding] {
        await DKIMVerifier(resolver: resolver, policy: policy)
            .verify(SignedMessage(message, limits: limits, policy: policy), now: now)
    }

    func result(_ message: [UInt8], now: Int64 = Self.now, policy: DKIMPolicy = .standard) async -> DKIMFinding.Result?
    {
        let findings = await verify(message, now: now, policy: policy)
        return findings.count == 1 ? findings[0].result : nil
    }
}

extension [UInt8] {
    /// The octets with the first occurrence of a text replaced.
    func replacing(_ old: String, _ new: String) -> [UInt8] {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        for start in 0..<Swift.max(0, count - old.count + 1) where self[start..<(start + old.count)].elementsEqual(old)
        {
            return Array(self[..<start]) + new + Array(self[(start + old.count)...])
        }
        return self
    }
}
