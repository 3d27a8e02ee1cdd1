public import NameResolution

/// What a list says.
public enum DNSListFinding: Sendable, Hashable {
    /// Octets of a reason at most.
    public static let maximumReason = 200

    /// There is an entry, with these answers; and why, in printable ASCII, when that was asked for and is said.
    case listed(codes: Set<IPAddress>, reason: String?)
    /// There is no entry, or none with an answer that counts.
    case notListed
    /// The answer is none that a list gives: it is outside of 127.0.0.0/8, as those for a domain that was given up
    /// are, or says that the list doesn't serve whoever asks. It means nothing.
    case broken
    /// The list isn't asked about such things.
    case notCovered
    /// The DNS didn't tell.
    case temperror

    /// Whether there is an entry.
    public var isListed: Bool {
        if case .listed = self { true } else { false }
    }

    /// What a list says is a stranger's text: other octets than printable ASCII become `?`, and it is cut.
    static func shown(_ text: [UInt8]) -> String {
        String(
            decoding: text.prefix(maximumReason).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self)
    }
}
