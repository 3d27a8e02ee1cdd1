public import NameResolution
public import SenderAuthentication

/// Which keys sign for which authors.
///
///     let policy = try SigningPolicy([domain: [SigningKey(rsaSelector, rsa), SigningKey(edSelector, ed25519)]])
///
/// A message is signed by a key of each kind of its author's domain, RSA and Ed25519 side by side (RFC 8463 §3): who can't verify the one
/// verifies the other. Between two of one kind ``KeySightings`` decide. For a domain without keys those of the nearest domain above it sign, which DMARC takes for the author's unless
/// asked to be strict (RFC 9989 §4.4).
public struct SigningPolicy: Sendable {
    /// Keys that a domain may have.
    public static let maximumKeys = 4

    /// Why keys can't be used; tells the domain.
    public enum Failure: Error, Sendable, Hashable {
        /// A domain without a key, or with more than ``SigningPolicy/maximumKeys``.
        case keyCount(domain: DNSName, count: Int)
        /// Two keys of a domain have the same selector.
        case duplicateSelector(domain: DNSName, selector: DNSName)
        /// The name of the key's record is none that a signature can have.
        case unfitName(domain: DNSName, selector: DNSName)
    }

    private let signers: [DNSName: [DKIMSigner]]
    private let sightings: KeySightings

    /// - Parameters:
    ///   - keys: by domain; the first key's signature stands on top.
    ///   - sightings: decides between several keys of one kind.
    public init(_ keys: [DNSName: [SigningKey]], sightings: KeySightings = KeySightings()) throws(Failure) {
        self.sightings = sightings
        var signers: [DNSName: [DKIMSigner]] = [:]
        for (domain, keys) in keys {
            guard (1...Self.maximumKeys).contains(keys.count) else {
                throw .keyCount(domain: domain, count: keys.count)
            }
            var selectors: Set<DNSName> = []
            for key in keys {
                guard selectors.insert(key.selector).inserted else {
                    throw .duplicateSelector(domain: domain, selector: key.selector)
                }
                guard KeyName(key.selector, domain) != nil else {
                    throw .unfitName(domain: domain, selector: key.selector)
                }
            }
            signers[domain] = keys.map { DKIMSigner(key: $0.key, domain: domain, selector: $0.selector) }
        }
        self.signers = signers
    }

    /// True when nobody's mail is signed.
    public var isEmpty: Bool { signers.isEmpty }

    /// Who signs for an author of this domain; empty: nobody.
    public func signers(for author: DNSName) -> [DKIMSigner] {
        var domain = author
        while domain != .root {
            if let found = signers[domain] { return sightings.choose(among: found) }
            guard let parent = domain.parent else { break }
            domain = parent
        }
        return []
    }

    /// The hashes that a message's reader has to make, whoever its author is.
    public var bodyHashes: [BodyHash] {
        var hashes: [BodyHash] = []
        for hash in signers.values.joined().map(\.bodyHash) where !hashes.contains(hash) { hashes.append(hash) }
        return hashes
    }

    /// The record of a key of ours, by its name.
    func record(at name: DNSName) -> DKIMKeyRecord? {
        for signer in signers.values.joined() where KeyName(signer.selector, signer.domain)?.name == name {
            return signer.key.record
        }
        return nil
    }
}

extension SigningPolicy.Failure: CustomStringConvertible {
    /// One line for the operator.
    public var description: String {
        switch self {
        case .keyCount(let domain, let count):
            "\(domain): \(count) keys; give it 1 to \(SigningPolicy.maximumKeys)"
        case .duplicateSelector(let domain, let selector):
            "\(domain): two keys have the selector \(selector); each needs its own"
        case .unfitName(let domain, let selector):
            "\(domain): \(selector) can't be the selector of a key; use letters, digits and hyphens"
        }
    }
}
