public import SMTP
public import SamotopCore

/// An address to which a submitter's mail isn't sent any more.
public struct SuppressedAddress: Sendable, Hashable {
    /// Whose mail.
    public let submitter: Submitter
    /// To whom.
    public let address: Mailbox
    /// What the address failed with; `5.1.1` when a person said so.
    public let status: EnhancedStatusCode
    /// Since when, in seconds since 1970.
    public let since: Int64
    /// Until when, in seconds since 1970.
    public let expires: Int64
    /// A person said so, not a server.
    public let isByHand: Bool

    /// Makes an entry.
    public init(
        submitter: Submitter, address: Mailbox, status: EnhancedStatusCode = EnhancedStatusCode(5, 1, 1), since: Int64,
        expires: Int64, isByHand: Bool = false
    ) {
        self.submitter = submitter
        self.address = address
        self.status = status
        self.since = since
        self.expires = expires
        self.isByHand = isByHand
    }

    /// What addresses are told apart by. RFC 5321 §2.4: letter case counts in local-parts and not in domains.
    public static func key(of address: Mailbox) -> [UInt8] {
        let octets = address.bytes
        guard let at = octets.lastIndex(of: UInt8(ascii: "@")) else { return octets }
        return octets[..<at] + QueueDestination.lowercased(octets[at...])
    }

    /// What submitters are told apart by: the kind, then the name.
    public static func key(of submitter: Submitter) -> [UInt8] { [submitter.kind.rawValue] + submitter.name.utf8 }
}

extension SuppressedAddress: CustomStringConvertible {
    /// The status alone: neither account nor address.
    public var description: String { "SuppressedAddress(\(status))" }
}
