public import SMTP

extension SMTPClientError {
    /// An error that the session machine found.
    public init(
        fault: ClientFault, stage: ClientStage, isSafeToRetry: Bool = true, recipients: [SendResult.Recipient?] = []
    ) {
        var reply: ServerReply?
        var kind = Kind.client
        switch fault {
        case .refused(let refusal):
            reply = refusal
            kind = stage == .tls ? .tls : refusal.isPermanent ? .permanent : .transient
        case .unexpectedReply(let odd):
            reply = odd
            kind = .transient
        // What doesn't speak SMTP today may be a server on its way up.
        case .malformedReply, .connectionClosed: kind = .transient
        case .tlsNotOffered, .responseInjection: kind = .tls
        case .noRecipients, .tooManyRecipients, .messageLimitReached, .messageTooBig, .needsEightBitMIME,
            .needsSMTPUTF8,
            .needsBinaryMIME, .needsRequireTLS, .needsFutureRelease, .needsDeliverBy, .unwritable, .bareNewline,
            .lineTooLong, .nulInContent, .badSequence,
            .unsuitableCommand, .authenticationInClear:
            break
        }
        self.init(
            stage: stage, kind: kind, reason: .fault(fault), reply: reply, isSafeToRetry: isSafeToRetry,
            recipients: recipients)
    }

    /// The fault, when the session or the message was at fault.
    public var fault: ClientFault? {
        if case .fault(let fault) = reason { fault } else { nil }
    }

    static func handshake(_ error: (any Error)?, isCertificateRefused: Bool) -> SMTPClientError {
        SMTPClientError(
            stage: .tls, kind: .tls, reason: isCertificateRefused ? .certificateRefused : .handshake, underlying: error)
    }

    static func authentication(_ fault: AuthenticationFault) -> SMTPClientError {
        var reply: ServerReply?
        var kind = Kind.client
        switch fault {
        case .refused(let refusal):
            reply = refusal
            kind = refusal.isPermanent ? .permanent : .transient
        case .malformedChallenge, .serverNotProven, .noCommonMechanism: kind = .permanent
        case .wouldBeClear, .unusableCredentials: break
        }
        return SMTPClientError(stage: .auth, kind: kind, reason: .authentication(fault), reply: reply)
    }

    /// The connection closed instead of answering.
    static let unanswered = SMTPClientError(stage: .idle, kind: .transient, reason: .connection)
}

extension SMTPClientError: CustomStringConvertible {
    /// Stage, kind, reason and the reply's codes; never an address or a text from elsewhere.
    public var description: String {
        let said = reply.map { ", reply \($0)" } ?? ""
        let retry = isSafeToRetry ? "" : ", the server may have the message"
        return "\(kind.rawValue) failure at \(stage.rawValue): \(reason)\(said)\(retry)"
    }
}

extension SMTPClientError.Reason: CustomStringConvertible {
    /// In words, without an address.
    public var description: String {
        switch self {
        case .fault(let fault): "\(fault)"
        case .connection: "no connection"
        case .resolution: "the server's name can't be resolved"
        case .timedOut: "time-out"
        case .handshake: "the TLS handshake failed"
        case .certificateRefused: "the server's certificate was refused"
        case .authentication(let fault): "authentication: \(fault)"
        case .content: "the source of the content failed"
        case .allRefused: "every recipient was refused"
        case .configuration(let what): "configuration: \(what)"
        case .cancelled: "cancelled"
        case .shutDown: "the client was shut down"
        case .transport(let what): what
        }
    }
}
