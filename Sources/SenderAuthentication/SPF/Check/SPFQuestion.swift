public import NameResolution

/// Which of the client's words is checked (RFC 7208 §2.3, §2.4).
public enum SPFIdentity: String, Sendable, Hashable {
    /// The argument of HELO or EHLO.
    case helo
    /// The reverse-path, or the postmaster of the HELO domain when that is null.
    case mailFrom = "mailfrom"
}

/// The sender that macros stand for.
public struct SPFSender: Sendable, Hashable {
    /// What stands before the `@`, without quotes.
    public let localPart: [UInt8]
    /// What stands behind it.
    public let domain: [UInt8]

    /// A sender; without a local-part it is the postmaster (RFC 7208 §4.3).
    public init(localPart: [UInt8], domain: [UInt8]) {
        self.localPart = localPart.isEmpty ? Array("postmaster".utf8) : localPart
        self.domain = domain
    }
}

/// The arguments of check_host() (RFC 7208 §4.1), and what else its macros can ask for.
public struct SPFQuestion: Sendable, Hashable {
    /// Octets of a domain at most (RFC 5321 §4.5.3.1.2); one that is longer is none.
    static let maximumDomain = 255

    /// What is checked.
    public let identity: SPFIdentity
    /// The client; an IPv4 address that came as an IPv6 address is one (RFC 7208 §5).
    public let client: IPAddress
    /// The domain that is asked, U-labels allowed.
    public let domain: [UInt8]
    /// The sender.
    public let sender: SPFSender
    /// The argument of HELO or EHLO.
    public let helo: [UInt8]
    /// The name of who checks, for explanations; `unknown` when empty.
    public let receiver: [UInt8]
    /// Now, in seconds since 1970, for explanations.
    public let time: Int64
    /// Whether the explanation of a fail is fetched: one more look-up, whose text is the domain's.
    public let wantsExplanation: Bool

    /// A question.
    public init(
        identity: SPFIdentity = .mailFrom, client: IPAddress, domain: [UInt8], sender: SPFSender, helo: [UInt8],
        receiver: [UInt8] = [], time: Int64 = 0, wantsExplanation: Bool = false
    ) {
        self.identity = identity
        self.client = client.withoutMapping
        self.domain = domain
        self.sender = sender
        self.helo = helo
        self.receiver = receiver
        self.time = time
        self.wantsExplanation = wantsExplanation
    }

    /// The domain as a name to ask for (RFC 7208 §4.3); nil when it is an address literal or no host's name of two labels or
    /// more.
    var name: DNSName? {
        guard domain.count <= Self.maximumDomain, let name = DNSName(internationalized: domain), name.isHostName,
            name.labelCount > 1
        else { return nil }
        return name
    }
}
