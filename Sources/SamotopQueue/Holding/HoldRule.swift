import SMTP
import SamotopCore

/// Which messages wait for a person before their first attempt. All conditions of a rule have to fit; one that is nil fits always.
public struct HoldRule: Sendable, Hashable {
    /// What people know it by; UTF-8 without control characters.
    public var name: String
    /// Names of accounts, in lower case, whose messages it is about.
    public var accounts: Set<String>?
    /// Recipients' domains in lower case, or `.` and a domain for those below it.
    public var domains: Set<String>?
    /// Octets of a message that is too big.
    public var above: Int?

    /// A rule without conditions, which holds everything.
    public init(name: String) { self.name = name }

    /// Whether the rule is about this recipient of the message. Notifications are nobody's: no rule is about them.
    ///
    /// - Parameter asciiDomain: the A-labels of a domain; nil when it has none.
    func holds(
        _ message: QueuedMessage, _ recipient: QueuedRecipient, _ asciiDomain: ([UInt8]) -> [UInt8]?
    ) -> Bool {
        guard message.reversePath != .null else { return false }
        if let above, message.size <= above { return false }
        if let accounts {
            guard message.submitter.kind == .authenticated,
                accounts.contains(message.submitter.name.lowercased())
            else { return false }
        }
        guard let domains else { return true }
        let domain = recipient.path.domain.bytes
        let text = String(decoding: asciiDomain(domain) ?? domain, as: UTF8.self).lowercased()
        return Self.patterns(of: text).contains(where: domains.contains)
    }

    /// The domain, and `.` with each domain above it.
    private static func patterns(of domain: String) -> [String] {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        return [domain] + labels.indices.dropFirst().map { "." + labels[$0...].joined(separator: ".") }
    }
}
