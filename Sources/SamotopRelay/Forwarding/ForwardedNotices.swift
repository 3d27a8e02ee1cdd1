import SMTP
public import SamotopCore
public import SamotopQueue

/// Addresses notifications of forwarded mail to the sender that its rewritten reverse-path stands for, instead of sending them to
/// ourselves.
public struct ForwardedNotices: NoticeWriter {
    private let writer: any NoticeWriter
    private let rewriting: SenderRewriting
    private let clock: any WallClock

    /// - Parameters:
    ///   - writer: writes them.
    ///   - rewriting: the scheme, with the same keys as that of ``ForwardedSenders``.
    public init(around writer: any NoticeWriter, _ rewriting: SenderRewriting, clock: any WallClock = SystemClock()) {
        self.writer = writer
        self.rewriting = rewriting
        self.clock = clock
    }

    public func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
        let message = notice.message
        guard let sender = message.reversePath.mailbox,
            let original = try? rewriting.original(of: sender, now: clock.now().seconds)
        else { return try await writer.write(notice, content: content) }
        let addressed = Notice(
            id: notice.id, kind: notice.kind,
            message: QueuedMessage(
                id: message.id, reversePath: .mailbox(original), parameters: message.parameters,
                submitter: message.submitter, arrived: message.arrived, size: message.size),
            recipients: notice.recipients)
        let written = try await writer.write(addressed, content: content)
        return WrittenNotice(
            content: written.content, parameters: written.parameters, destination: written.destination,
            recipient: written.recipient ?? original)
    }
}
