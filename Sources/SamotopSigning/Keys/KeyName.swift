import NameResolution

/// Where the record of a key is: `SELECTOR._domainkey.DOMAIN` (RFC 6376 §3.6.2.1).
struct KeyName {
    let name: DNSName

    /// Nil: a selector or a domain that is no host's name, or all of it too long.
    init?(_ selector: DNSName, _ domain: DNSName) {
        guard selector.isHostName, domain.isHostName, selector != .root, domain != .root,
            let name = DNSName(labels: selector.labels + [Array("_domainkey".utf8)[...]] + domain.labels)
        else { return nil }
        self.name = name
    }
}
