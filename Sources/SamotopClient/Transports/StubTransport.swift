import NIOCore
public import SMTP
import Synchronization

/// A transport for tests: keeps what it is given, and answers as it is told.
public final class StubTransport: MailTransport {
    /// A message that was sent.
    public struct Message: Sendable {
        /// Its envelope.
        public let transaction: MailTransaction
        /// Its content.
        public let content: [UInt8]
    }

    private let kept: Mutex<[Message]> = Mutex([])
    private let answer: @Sendable (MailTransaction) throws(SMTPClientError) -> SendResult

    /// A transport that takes everything.
    public convenience init() {
        self.init { transaction throws(SMTPClientError) in
            SendResult(acceptedBy: transaction, ServerReply(code: 250, status: EnhancedStatusCode(2, 0, 0)))
        }
    }

    /// A transport that answers by a function.
    public init(answering answer: @escaping @Sendable (MailTransaction) throws(SMTPClientError) -> SendResult) {
        self.answer = answer
    }

    /// The messages that were accepted for anybody, in order.
    public var messages: [Message] { kept.withLock(\.self) }

    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        let octets = try await content.collected()
        let result = try answer(transaction)
        guard result.isAcceptedForAny else { throw .allRefused(result) }
        kept.withLock { $0.append(Message(transaction: transaction, content: octets)) }
        return result
    }
}

extension SendResult {
    /// Everybody's the same reply.
    init(acceptedBy transaction: MailTransaction, _ reply: ServerReply) {
        self.init(
            recipients: transaction.recipients.map { _ in Recipient(stage: .content, reply: reply) },
            notifiesItself: false)
    }
}

extension MessageContent {
    /// All octets in memory.
    ///
    /// - Throws: when the source fails, or brings another number of octets than it had promised.
    public func collected() async throws(SMTPClientError) -> [UInt8] {
        if case .bytes(let buffer, _) = source { return Array(buffer.readableBytesView) }
        var octets: [UInt8] = []
        do {
            var slices = ContentSlices(self)
            while let slice = try await slices.next() { octets += slice.readableBytesView }
        } catch {
            throw SMTPClientError(stage: .content, kind: .client, reason: .content, underlying: error)
        }
        guard size == nil || size == UInt64(octets.count) else {
            throw SMTPClientError(stage: .content, kind: .client, reason: .content)
        }
        return octets
    }
}
