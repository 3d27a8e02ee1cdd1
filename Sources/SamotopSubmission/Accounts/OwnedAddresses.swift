public import SMTP

/// The addresses that an account may send from.
public struct OwnedAddresses: Sendable {
    private let addresses: Set<[UInt8]>
    private let domains: Set<DomainName>
    private let isOwn: @Sendable (Mailbox) -> Bool

    /// - Parameters:
    ///   - addresses: compared without regard to the case of ASCII letters, as the directory does.
    ///   - domains: with all addresses in them, but not those of domains below.
    ///   - isOwn: of addresses that are too many to list, as those of a pattern.
    public init(
        _ addresses: [Mailbox], domains: [DomainName] = [],
        where isOwn: @escaping @Sendable (Mailbox) -> Bool = { _ in false }
    ) {
        self.isOwn = isOwn
        self.addresses = Set(addresses.map { Self.folded($0) })
        self.domains = Set(domains)
    }

    /// Whether an address is one of these.
    public func contains(_ mailbox: Mailbox) -> Bool {
        if addresses.contains(Self.folded(mailbox)) { return true }
        guard case .name(let name) = mailbox.domain else { return false }
        return domains.contains(name) || isOwn(mailbox)
    }

    private static func folded(_ mailbox: Mailbox) -> [UInt8] {
        mailbox.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}
