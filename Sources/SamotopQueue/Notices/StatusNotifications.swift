public import InternetMessage
public import SMTP
public import SamotopCore
import Synchronization

/// Writes notifications as delivery status notifications (RFC 3464) in the name of this server.
public struct StatusNotifications: NoticeWriter {
    private let host: DomainName
    private let from: NamedMailbox?
    private let clock: any WallClock
    private let threads: StorageThreads
    private let destination: @Sendable (Mailbox) -> QueueDestination?

    /// - Parameters:
    ///   - host: the reporting MTA: our name.
    ///   - from: whose name they bear; nil: `MAILER-DAEMON` at our name.
    ///   - threads: where the content of the message is read.
    ///   - destination: the next hop for the notification; nil: the domain of the reverse-path.
    public init(
        host: DomainName, from: NamedMailbox? = nil, threads: StorageThreads, clock: any WallClock = SystemClock(),
        destination: @escaping @Sendable (Mailbox) -> QueueDestination? = { _ in nil }
    ) {
        self.host = host
        self.from = from
        self.threads = threads
        self.clock = clock
        self.destination = destination
    }

    public func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
        guard let sender = notice.message.reversePath.mailbox else {
            throw QueueStoreError.unacceptable(cause: "no sender")
        }
        let original = try await original(notice, content)
        let now = InternetDate(secondsSince1970: clock.now().seconds)
        let report = DeliveryStatusNotification(
            reportingMTA: ReportedValue(host: host), originalEnvelopeID: notice.message.parameters.envelopeID,
            arrivalDate: InternetDate(secondsSince1970: notice.message.arrived.seconds),
            recipients: notice.recipients.map { Self.status(of: $0, notice.kind, at: now) })
        // Who used SMTPUTF8 to send can read it (RFC 6533 §3).
        let extensions: Extensions = notice.message.parameters.smtpUTF8 ? [.smtpUTF8, .eightBitMIME] : []
        var randomness = SystemRandomNumberGenerator()
        let message = try report.message(
            to: sender, from: from, date: now, original: original, allowing: extensions, using: &randomness)
        return WrittenNotice(
            content: MemoryContent(message.bytes), parameters: message.parameters, destination: destination(sender))
    }

    private func original(_ notice: Notice, _ content: (any MailContent)?) async throws -> ReportedMessage? {
        guard let content else { return nil }
        let octets = try await threads.run { try Self.beginning(of: content) }
        return ReportedMessage(
            octets: octets, isWhole: octets.count == content.count, ret: notice.message.parameters.ret)
    }

    /// As much as may be returned, one octet more to know whether that is all.
    private static func beginning(of content: any MailContent) throws -> [UInt8] {
        var octets: [UInt8] = []
        let limit = ReportedMessage.maximumFull + 1
        do {
            try content.read { slice in
                slice.extracting(first: min(slice.count, limit - octets.count)).withUnsafeBufferPointer { octets += $0 }
                if octets.count >= limit { throw Enough() }
            }
        } catch is Enough {}
        return octets
    }

    private struct Enough: Error {}

    private static func status(
        of recipient: NoticeRecipient, _ kind: NoticeKind, at now: InternetDate
    ) -> RecipientDeliveryStatus {
        let action: DeliveryAction =
            switch kind {
            case .failed: .failed
            case .delayed: .delayed
            case .relayed: .relayed
            }
        let reply = recipient.failure?.reply ?? recipient.reply
        let host = recipient.failure?.remote.flatMap { DomainName(Array($0.name.utf8)) }
        return RecipientDeliveryStatus(
            originalRecipient: recipient.parameters.originalRecipient.map { ReportedValue($0) },
            finalRecipient: ReportedValue(recipient.path), action: action, status: code(of: recipient, kind),
            remoteMTA: host.map { ReportedValue(host: $0) },
            diagnosticCode: reply.map { ReportedValue(replyCode: $0.code, lines: $0.lines) }
                ?? recipient.failure.map { ReportedValue(type: Array("x-samotop".utf8), value: Array($0.words.utf8)) },
            lastAttempt: recipient.attempts > 0 ? now : nil,
            willRetryUntil: kind == .delayed
                ? recipient.expires.map { InternetDate(secondsSince1970: $0.seconds) } : nil)
    }

    /// RFC 3463: the class digit says what became of it, whatever the last attempt met.
    private static func code(of recipient: NoticeRecipient, _ kind: NoticeKind) -> EnhancedStatusCode {
        let status = recipient.failure?.status
        switch kind {
        case .relayed: return EnhancedStatusCode(2, 0, 0)
        case .delayed: return EnhancedStatusCode(4, status?.subject ?? 4, status?.detail ?? 7)
        case .failed where recipient.isExpired: return EnhancedStatusCode(5, 4, 7)
        case .failed: return EnhancedStatusCode(5, status?.subject ?? 0, status?.detail ?? 0)
        }
    }
}
