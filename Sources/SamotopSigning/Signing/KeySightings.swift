public import NameResolution
import SenderAuthentication
import Synchronization

/// Which keys of ours the DNS shows: what decides between an old key and the one that follows it.
///
/// Of several keys of one kind that a domain has, one signs: the last one listed whose record was seen, and the first one listed as
/// long as none was. So a new key is written behind the old one, and takes over by itself.
public final class KeySightings: Sendable {
    private let seen = Mutex<Set<OwnSignatures.Key>>([])

    /// None was seen yet.
    public init() {}

    /// Takes a key for seen, or not.
    public func set(_ key: SigningKey, of domain: DNSName, isSeen: Bool) {
        let key = OwnSignatures.Key(domain: domain, selector: key.selector)
        seen.withLock { seen in
            if isSeen { seen.insert(key) } else { seen.remove(key) }
        }
    }

    /// Those that sign, in their order.
    func choose(among signers: [DKIMSigner]) -> [DKIMSigner] {
        let seen = seen.withLock { $0 }
        var chosen: [DKIMSigner] = []
        for signer in signers {
            let type = signer.key.algorithm.keyType
            guard !chosen.contains(where: { $0.key.algorithm.keyType == type }) else { continue }
            let kin = signers.filter { $0.key.algorithm.keyType == type }
            let last = kin.last { seen.contains(.init(domain: $0.domain, selector: $0.selector)) }
            chosen.append(last ?? signer)
        }
        return chosen
    }
}

extension KeySightings {
    /// Of these keys, the ones that sign.
    public func signing(_ keys: [(DNSName, SigningKey)]) -> [(domain: DNSName, selector: DNSName)] {
        var domains: [DNSName] = []
        for (domain, _) in keys where !domains.contains(domain) { domains.append(domain) }
        return domains.flatMap { domain in
            let signers = keys.filter { $0.0 == domain }
                .map { DKIMSigner(key: $0.1.key, domain: domain, selector: $0.1.selector) }
            return choose(among: signers).map { (domain, $0.selector) }
        }
    }
}
