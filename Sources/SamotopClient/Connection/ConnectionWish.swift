import NIOCore
import SMTP

/// What is asked of a connection. Each wish gets one answer.
enum ConnectionWish: Sendable {
    /// Greeting, EHLO, TLS.
    case open
    case authenticate(mechanism: [UInt8], initialResponse: [UInt8]?, isAllowedInClear: Bool)
    case respond([UInt8])
    case cancelAuthentication
    case command([UInt8])
    case send(MailTransaction, OutgoingContent)
    /// Messages one behind the other.
    case sendAll([MessageBatch.Message])
    /// The next octets of streamed content.
    case feed(ByteBuffer)
    /// Streamed content is complete.
    case end
    case quit
}

/// Content as a connection takes it.
enum OutgoingContent: Sendable {
    case memory(ByteBuffer, ContentSurvey)
    case streamed(size: UInt64?)

    var survey: ContentSurvey? {
        switch self {
        case .memory(_, let survey): survey
        case .streamed: nil
        }
    }
}

/// What a wish came to.
enum ConnectionAnswer: Sendable {
    case ready(ConnectionIntroduction)
    case challenge([UInt8])
    case authentication(ServerReply)
    case reply(ServerReply)
    /// More content may come.
    case content
    case finished(SendResult)
    /// In the order of the messages.
    case finishedAll([Result<SendResult, SMTPClientError>])
    case closed
}

/// What was learned before the first message.
struct ConnectionIntroduction: Sendable {
    let greeting: ServerReply
    let capabilities: ServerCapabilities
    let tls: PeerTLS?
}
