import InternetMessage
import NameResolution
public import SMTP
public import SamotopCore
public import SamotopQueue

/// The sender of mail that goes on for strangers: their reverse-path, rewritten to an address of ours (``SenderRewriting``).
///
/// Whether a failure is told depends on what was proved. When the Authentication-Results that this server wrote say that SPF passed for
/// the reverse-path, the queue answers for the message, and a notification goes to the sender. Else the reverse-path may be anybody's,
/// and a notification would be backscatter: nobody is told. A signature proves nothing here: a message that its domain has signed for
/// one user can be sent again under another's reverse-path.
public struct ForwardedSenders: ForwardingRule {
    /// Who answers in the queue for what is forwarded and whose sender is proved.
    public static let submitter = Submitter(.local, name: "forwarding")

    private let rewriting: SenderRewriting
    private let authservID: [UInt8]

    /// - Parameters:
    ///   - rewriting: the scheme.
    ///   - name: this server's name, in which it writes Authentication-Results: no other's count.
    public init(_ rewriting: SenderRewriting, name: DomainName) {
        self.rewriting = rewriting
        authservID = name.bytes
    }

    public func sender(of message: ReceivedMessage) throws(DeliveryError) -> ForwardingSender {
        let path = message.envelope.reversePath
        // By when it came, so that a crash changes nothing.
        guard let rewritten = rewriting.rewritten(path, now: message.received.seconds) else {
            throw .failed(cause: "forwarding: the sender's address is too long to be rewritten")
        }
        return ForwardingSender(reversePath: rewritten, submitter: submitter(of: message))
    }

    public func submitter(of message: ReceivedMessage) -> Submitter {
        isProved(message.envelope.reversePath, by: message.trace) ? Self.submitter : Submitter(.stranger, name: "")
    }

    /// Whether our own results prove that the message is from its reverse-path's domain.
    private func isProved(_ path: ReversePath, by trace: [UInt8]) -> Bool {
        guard case .mailbox(let sender) = path, case .name(let domain) = sender.domain,
            let name = DNSName(internationalized: domain.bytes)
        else { return false }
        return results(in: trace).contains { result in
            result.method == .spf && result.result == .pass && Self.domain(result.value(.smtp, .mailfrom)) == name
        }
    }

    /// The trace is ours; a field of another server's name in it would be none of our making all the same.
    private func results(in trace: [UInt8]) -> [AuthenticationResult] {
        HeaderSection(trace).fields(named: .authenticationResults)
            .compactMap { try? AuthenticationResults($0.body) }
            .filter { $0.authservID.matches(authservID) }
            .flatMap(\.results)
    }

    /// Of a property that is a domain or an address.
    private static func domain(_ value: [UInt8]?) -> DNSName? {
        guard let value else { return nil }
        let start = value.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0
        return DNSName(internationalized: Array(value[start...]))
    }
}
