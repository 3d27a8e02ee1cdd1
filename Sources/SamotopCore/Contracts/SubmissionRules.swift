public import InternetMessage

/// What sessions of the role ``Role/submission`` have beyond others (RFC 6409): clients authenticate, and their messages' headers are put
/// right before anything else reads them.
public struct SubmissionRules: Sendable {
    /// Lets clients prove who they are; without that they send nothing.
    public let authenticator: any Authenticator
    /// Authentications that may fail in a session; the next one is 421 4.7.0.
    public var maximumFailures = 3
    /// Header fields that are taken out.
    public var removedFields: Set<HeaderFieldName> = []
    /// Makes the header that goes on from the one that came (without ``removedFields``), its blank line included. Runs on event loops:
    /// it must not block.
    public var header: @Sendable (_ header: HeaderSection, _ envelope: Envelope, _ now: Timestamp) -> [UInt8] = {
        header, _, _ in header.bytes
    }
    /// Whether Received says nothing of the client: neither address nor name, nor whom the message is for.
    public var hidesClient = true

    /// How late a client may have its message go out, in seconds, 999,999,999 at most (FUTURERELEASE, RFC 4865); nil: not offered.
    public var longestHold: UInt32?
    /// Whether a client may say until when a message is to be delivered, and how urgent it is (RFC 2852, RFC 6710): only where a queue
    /// heeds it.
    public var schedules = false

    /// Rules that change no header.
    public init(authenticator: any Authenticator) { self.authenticator = authenticator }
}
