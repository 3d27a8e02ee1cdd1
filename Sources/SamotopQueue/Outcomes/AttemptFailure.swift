public import SMTP

/// Why an attempt failed: everything that a notification, `queue why` and the page tell.
public struct AttemptFailure: Sendable, Hashable {
    /// How far it came.
    public let stage: AttemptStage
    /// What the peer said, if it is the peer who said no.
    public let reply: RemoteReply?
    /// What a notification says.
    public let status: EnhancedStatusCode
    /// Who was spoken to, if it came so far.
    public let remote: RemoteHost?
    /// Our own plain words, without addresses; cut at 200 octets.
    public let words: String
    /// True: it concerns the destination (DNS, connect, TLS…) and not this message, so the destination backs off as a whole.
    public let isHostWide: Bool

    /// Makes a failure.
    public init(
        stage: AttemptStage, reply: RemoteReply? = nil, status: EnhancedStatusCode, remote: RemoteHost? = nil,
        words: String, isHostWide: Bool
    ) {
        self.stage = stage
        self.reply = reply
        self.status = status
        self.remote = remote
        self.words = words.cut(at: 200)
        self.isHostWide = isHostWide
    }
}

extension AttemptFailure: CustomStringConvertible {
    /// Stage and status, nothing that names anybody.
    public var description: String { "AttemptFailure(\(stage.word) \(status))" }
}
