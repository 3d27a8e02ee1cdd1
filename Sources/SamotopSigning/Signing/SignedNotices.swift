import InternetMessage
public import SamotopCore
public import SamotopQueue
import SenderAuthentication

/// Signs the notifications that the queue writes, like any other mail of ours: by the keys of their From's domain.
///
/// One that can't be signed now isn't written now: the queue asks again.
public struct SignedNotices: NoticeWriter {
    private let writer: any NoticeWriter
    private let maker: SignatureMaker
    private let policy: SigningPolicy
    private let clock: any WallClock

    /// - Parameters:
    ///   - writer: writes them.
    ///   - policy: whose keys sign what; the name that notifications come from should be of or below a domain with keys.
    ///   - threads: where it is read and signed.
    public init(
        around writer: any NoticeWriter, _ policy: SigningPolicy, threads: StorageThreads,
        clock: any WallClock = SystemClock()
    ) {
        self.writer = writer
        self.policy = policy
        self.clock = clock
        maker = SignatureMaker(policy: policy, threads: threads)
    }

    public func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
        let written = try await writer.write(notice, content: content)
        guard !policy.isEmpty else { return written }
        let message = try await maker.threads.run { [policy] in
            var reader = SignedMessageReader(bodyHashes: policy.bodyHashes)
            try written.content.read { reader.push($0) }
            return reader.finish()
        }
        let fields = try await maker.fields(for: message, now: clock.now().seconds)
        return WrittenNotice(
            content: PrefixedContent(fields, written.content), parameters: written.parameters,
            destination: written.destination, recipient: written.recipient)
    }
}
