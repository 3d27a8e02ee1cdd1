public import SMTP
public import SamotopCore

/// Which failures suppress an address, and whose mail heeds that.
///
/// A failure counts when the other server itself said, of this recipient, that there is no such mailbox. What the DNS says counts
/// for nothing: it is asked again at no cost to anybody, and domains come back. Neither do refusals of the message, its size,
/// its sender or by policy: they say nothing about the address.
public struct SuppressionRule: Sendable {
    /// The codes that suppress (RFC 3463 §3.2, §3.3; RFC 7505): no such mailbox, no address, moved away, no mail here at all,
    /// mailbox disabled.
    public static let codes: Set<EnhancedStatusCode> = [
        EnhancedStatusCode(5, 1, 1), EnhancedStatusCode(5, 1, 3), EnhancedStatusCode(5, 1, 6),
        EnhancedStatusCode(5, 1, 10), EnhancedStatusCode(5, 2, 1),
    ]

    /// Names of submitters of the house whose mail is programs' or somebody else's: reports, forwarding.
    public var exempt: Set<String>
    /// How long an address is suppressed, in seconds.
    public var lifetime: Int64

    /// A rule.
    public init(lifetime: Int64 = 90 * 86_400, exempt: Set<String> = [Submitter.queue.name, Submitter.tlsReports.name])
    {
        self.lifetime = lifetime
        self.exempt = exempt
    }

    /// Whether a message's recipients are looked up: those of accounts and of our own networks are. Notifications never are, nor
    /// what strangers wrote and an alias of ours sends on.
    public func concerns(_ message: QueuedMessage) -> Bool {
        guard message.reversePath != .null else { return false }
        return switch message.submitter.kind {
        case .authenticated: true
        case .local: !exempt.contains(message.submitter.name)
        case .stranger: false
        }
    }

    /// Whether a recipient is the one that was written to, and not where an alias of ours leads from there.
    public func concerns(_ recipient: QueuedRecipient) -> Bool {
        guard let original = recipient.parameters.originalRecipient,
            let address = Mailbox(original.address)
        else { return true }
        return SuppressedAddress.key(of: address) == SuppressedAddress.key(of: recipient.path)
    }

    /// Whether a failure says that there is no such address.
    public func suppresses(_ failure: AttemptFailure) -> Bool {
        failure.reply != nil && Self.codes.contains(failure.status)
    }
}
