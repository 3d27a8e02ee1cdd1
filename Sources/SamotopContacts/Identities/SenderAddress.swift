import SMTP

/// An address that says who a message is from, and what is looked up for it.
struct SenderAddress: Sendable, Hashable {
    /// The address as a correspondent.
    let correspondent: Correspondent
    /// Its domain in lower case, as A-labels when it has them; empty for an address literal.
    let domain: [UInt8]
    /// The address, and its domain with those above it.
    let lookups: [Correspondent]

    /// - Parameter asciiDomain: turns a domain with letters beyond ASCII into its A-labels (RFC 5890), or nil.
    init(_ mailbox: Mailbox, asciiDomain: ([UInt8]) -> [UInt8]?) {
        correspondent = Correspondent.address(mailbox).withASCIIDomain(asciiDomain)
        guard case .name = mailbox.domain else {
            domain = []
            lookups = [correspondent]
            return
        }
        domain = Array(correspondent.domainBytes)
        let domains = DomainRelation.lineage(of: domain).compactMap { Correspondent(kind: .domain, stored: Array($0)) }
        lookups = [correspondent] + domains
    }
}

extension Correspondent {
    /// The same with A-labels for a domain that has letters beyond ASCII: what evidence and look-alikes are compared with (M20).
    ///
    /// - Parameter convert: turns a domain into its A-labels (RFC 5890), or gives nil.
    public func withASCIIDomain(_ convert: ([UInt8]) -> [UInt8]?) -> Correspondent {
        let domain = domainBytes
        guard kind != .list, domain.contains(where: { $0 >= 0x80 }), let ascii = convert(Array(domain)),
            DomainName(ascii) != nil
        else { return self }
        return Correspondent(kind: kind, stored: bytes[..<domain.startIndex] + ascii) ?? self
    }
}
