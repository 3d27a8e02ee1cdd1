public import SMTP
public import SamotopCore
import Synchronization

/// Mailboxes in memory, with a directory of exact addresses: a delivery agent for tests.
public final class MemoryMailboxes: BatchDeliveryAgent {
    /// What was delivered to one recipient's mailbox.
    public struct Delivered: Sendable, Hashable {
        /// The mailbox's name.
        public let mailbox: String
        /// The folder of the mailbox; nil for its inbox.
        public let folder: String?
        /// The envelope's id.
        public let id: String
        /// From MAIL.
        public let reversePath: ReversePath
        /// Our trace fields.
        public let trace: [UInt8]
        /// The content below them.
        public let content: [UInt8]
    }

    private let domains: Set<DomainName>
    private let answers: [Mailbox: DirectoryAnswer]
    private let postmaster: String
    private let state = Mutex<(delivered: [Delivered], failure: DeliveryError?)>(([], nil))

    /// Makes mailboxes.
    ///
    /// - Parameters:
    ///   - addresses: address → names of mailboxes; the addresses' domains are local.
    ///   - full: addresses that answer 452 4.2.2.
    ///   - postmaster: the mailbox for `RCPT TO:<Postmaster>`.
    public init(_ addresses: [String: [String]], full: Set<String> = [], postmaster: String = "postmaster") {
        var answers: [Mailbox: DirectoryAnswer] = [:]
        for (address, names) in addresses {
            guard let mailbox = Mailbox(address) else { continue }
            answers[Self.folded(mailbox)] = .destinations(names.map { .mailbox($0) })
        }
        for address in full {
            guard let mailbox = Mailbox(address) else { continue }
            answers[Self.folded(mailbox)] = .unavailable(Refusal(.mailboxFull, cause: "the mailbox is full"))
        }
        self.answers = answers
        self.postmaster = postmaster
        domains = Set(
            answers.keys.compactMap { mailbox in
                if case .name(let name) = mailbox.domain { name } else { nil }
            })
    }

    /// Local-parts compare without regard to ASCII case here.
    private static func folded(_ mailbox: Mailbox) -> Mailbox {
        let content = mailbox.localPart.content.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return LocalPart(content).map { Mailbox(localPart: $0, domain: mailbox.domain) } ?? mailbox
    }

    /// All that was delivered, in order.
    public var delivered: [Delivered] { state.withLock { $0.delivered } }

    /// Makes deliveries fail from now on, or work again.
    public func fail(with error: DeliveryError?) { state.withLock { $0.failure = error } }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        switch path {
        case .postmaster: return .destinations([.mailbox(postmaster)])
        case .mailbox(let mailbox):
            guard case .name(let name) = mailbox.domain, domains.contains(name) else { return .notLocal }
            return answers[Self.folded(mailbox)] ?? .unknownMailbox
        }
    }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        var content: [UInt8] = []
        try message.content.read { slice in
            for index in slice.indices { content.append(slice[index]) }
        }
        var copies: [Delivered] = []
        for destination in recipients.flatMap(\.destinations)
        where !copies.contains(where: { $0.mailbox == destination.mailbox }) {
            guard let name = destination.mailbox else {
                throw DeliveryError.failed(cause: "mail for another server came to the mailboxes")
            }
            copies.append(
                Delivered(
                    mailbox: name, folder: destination.folder, id: message.envelope.id,
                    reversePath: message.envelope.reversePath, trace: message.trace, content: content))
        }
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.delivered += copies
        }
    }

    /// One after the other; `isReplay` changes nothing.
    public func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        var failures: [DeliveryError?] = []
        for message in batch {
            do {
                try await deliver(message, to: message.envelope.recipients)
                failures.append(nil)
            } catch { failures.append(error as? DeliveryError ?? .failed(cause: "\(error)")) }
        }
        return failures
    }
}
