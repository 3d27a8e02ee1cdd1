public import SMTP

/// The addresses that an account may send from.
public struct OwnedAddresses: Sendable, Hashable {
    private let addresses: Set<[UInt8]>
    private let domains: Set<DomainName>

    /// - Parameters:
    ///   - addresses: compared without regard to the case of ASCII letters, as the directory does.
    ///   - domains: with all addresses in them, but not those of domains below.
    public init(_ addresses: [Mailbox], domains: [DomainName] = []) {
        self.addresses = Set(addresses.map { Self.folded($0) })
        self.domains = Set(domains)
    }

    /// Whether an address is one of these.
    public func contains(_ mailbox: Mailbox) -> Bool {
        if addresses.contains(Self.folded(mailbox)) { return true }
        guard case .name(let name) = mailbox.domain else { return false }
        return domains.contains(name)
    }

    private static func folded(_ mailbox: Mailbox) -> [UInt8] {
        mailbox.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}
