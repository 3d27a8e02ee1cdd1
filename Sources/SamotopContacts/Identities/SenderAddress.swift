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
        var mailbox = mailbox
        if case .name(let name) = mailbox.domain, !name.isASCII, let ascii = asciiDomain(name.bytes),
            let name = DomainName(ascii)
        {
            mailbox.domain = .name(name)
        }
        correspondent = .address(mailbox)
        guard case .name(let name) = mailbox.domain else {
            domain = []
            lookups = [correspondent]
            return
        }
        domain = name.bytes.map(\.foldedASCII)
        let domains = DomainRelation.lineage(of: domain).compactMap { DomainName(Array($0)).map(Correspondent.domain) }
        lookups = [correspondent] + domains
    }
}
