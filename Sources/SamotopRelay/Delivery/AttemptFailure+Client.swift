import SMTP
import SamotopClient
import SamotopQueue

extension AttemptFailure {
    /// What a reply of the server says of a recipient, or of the message.
    init(refusal reply: ServerReply, at stage: ClientStage, from remote: RemoteHost, isHostWide: Bool = false) {
        let severity = min(max(reply.severity, 4), 5)
        self.init(
            stage: AttemptStage(stage), reply: RemoteReply(reply),
            status: reply.status.map { EnhancedStatusCode(severity, $0.subject, $0.detail) }
                ?? EnhancedStatusCode(severity, 0, 0),
            remote: remote, words: "The server answered with \(reply.code)", isHostWide: isHostWide)
    }
}

extension HostFailure {
    /// What an error of the client means.
    init(_ error: SMTPClientError, from remote: RemoteHost, preference: UInt16) {
        self.preference = preference
        let (kind, status, words) = Self.reading(error)
        self.kind = kind
        let reply = error.reply
        // The server's own code says more, when it speaks of itself.
        let told = kind == .unsuitable ? nil : reply?.status
        let severity = status.severity
        failure = AttemptFailure(
            stage: error.isTLSMissing ? .tls : AttemptStage(error.stage), reply: reply.map { RemoteReply($0) },
            status: told.map { EnhancedStatusCode(severity, $0.subject, $0.detail) } ?? status, remote: remote,
            words: words, isHostWide: kind != .unsuitable)
    }

    private static func reading(_ error: SMTPClientError) -> (Kind, EnhancedStatusCode, String) {
        switch error.reason {
        case .fault(let fault): return reading(fault, at: error.stage)
        case .connection:
            if error.stage == .connect {
                return (.transient, EnhancedStatusCode(4, 4, 1), "No connection could be made")
            }
            return (.transient, EnhancedStatusCode(4, 4, 2), "The connection broke")
        case .resolution: return (.transient, EnhancedStatusCode(4, 4, 3), "The server's name could not be looked up")
        case .timedOut:
            let detail: UInt16 = error.stage == .connect ? 1 : 2
            return (.transient, EnhancedStatusCode(4, 4, detail), "The server did not answer in time")
        case .handshake: return (.transient, EnhancedStatusCode(4, 7, 5), "The TLS handshake failed")
        case .certificateRefused:
            return (.transient, EnhancedStatusCode(4, 7, 5), "The server's certificate is not the right one")
        case .authentication: return (.transient, EnhancedStatusCode(4, 7, 8), "Authentication with the server failed")
        case .cancelled: return (.transient, EnhancedStatusCode(4, 4, 0), "The attempt was broken off")
        default:
            return (.transient, EnhancedStatusCode(4, 3, 0), "The message could not be sent because of a local fault")
        }
    }

    private static func reading(_ fault: ClientFault, at stage: ClientStage) -> (Kind, EnhancedStatusCode, String) {
        switch fault {
        case .refused(let reply):
            let isUnwelcome = reply.isPermanent && (stage == .greeting || stage == .ehlo)
            return (
                isUnwelcome ? .unwelcome : .transient, EnhancedStatusCode(4, 0, 0),
                "The server answered with \(reply.code)"
            )
        case .malformedReply, .unexpectedReply:
            return (.transient, EnhancedStatusCode(4, 5, 0), "The server said something that is not SMTP")
        case .tlsNotOffered:
            return (.transient, EnhancedStatusCode(4, 7, 4), "The server offers no TLS, which is required")
        case .responseInjection:
            return (.transient, EnhancedStatusCode(4, 7, 5), "Somebody has put text before the TLS handshake")
        case .connectionClosed:
            return (.transient, EnhancedStatusCode(4, 4, 2), "The server closed the connection")
        case .messageTooBig:
            return (.unsuitable, EnhancedStatusCode(5, 3, 4), "The message is larger than the server takes")
        case .needsEightBitMIME, .needsBinaryMIME:
            return (
                .unsuitable, EnhancedStatusCode(5, 6, 3),
                "The server takes 7-bit text only, and the message can't be converted"
            )
        case .needsSMTPUTF8:
            return (.unsuitable, EnhancedStatusCode(5, 6, 7), "The server does not take internationalized mail")
        case .needsRequireTLS:
            return (.unsuitable, EnhancedStatusCode(5, 7, 30), "The server does not support REQUIRETLS")
        case .needsDeliverBy:
            return (
                .unsuitable, EnhancedStatusCode(5, 3, 3),
                "The server does not promise to return what is late (DELIVERBY), as the message asks"
            )
        case .bareNewline, .lineTooLong, .nulInContent:
            return (.unsuitable, EnhancedStatusCode(5, 6, 0), "The message has lines that SMTP can't carry")
        case .unwritable: return (.unsuitable, EnhancedStatusCode(5, 1, 3), "An address can't be written in SMTP")
        default:
            return (.transient, EnhancedStatusCode(4, 3, 0), "The message could not be sent because of a local fault")
        }
    }
}

extension SMTPClientError {
    /// Noticed by the reply to EHLO, and yet a matter of TLS.
    fileprivate var isTLSMissing: Bool {
        if case .fault(.tlsNotOffered) = reason { true } else { false }
    }
}

extension AttemptStage {
    /// The queue's word for how far the client has come.
    init(_ stage: ClientStage) {
        self =
            switch stage {
            case .connect: .connect
            case .tls: .tls
            case .greeting: .greeting
            case .ehlo: .ehlo
            case .auth: .auth
            case .mail, .command, .quit, .idle: .mail
            case .rcpt: .rcpt
            case .data: .data
            case .content: .content
            }
    }
}
