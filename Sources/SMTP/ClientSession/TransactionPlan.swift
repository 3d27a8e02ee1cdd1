/// How a transaction has to be said to a server, decided before its MAIL.
struct TransactionPlan: Sendable {
    /// The lines of MAIL and of each RCPT, with their CRLF.
    let lines: [[UInt8]]
    /// How content is framed.
    let framing: ClientSession.Framing
    /// Whether RET, ENVID, NOTIFY and ORCPT were passed on.
    let notifiesItself: Bool

    /// Decides, or says what the message needs and the server lacks.
    init(
        _ transaction: MailTransaction, _ survey: ContentSurvey?, _ capabilities: ServerCapabilities,
        _ configuration: ClientSession.Configuration, isSecure: Bool
    ) throws(ClientFault) {
        guard !transaction.recipients.isEmpty else { throw .noRecipients }
        if let limit = capabilities.limits.recipients, transaction.recipients.count > limit {
            throw .tooManyRecipients(limit: limit)
        }
        let offered = capabilities.extensions
        var parameters = transaction.parameters
        if let survey { parameters.size = survey.octets }
        if let size = parameters.size, let limit = capabilities.maximumSize, size > limit {
            throw .messageTooBig(limit: limit)
        }
        if !offered.contains(.size) { parameters.size = nil }

        let (body, isBinary) = try Self.body(parameters, survey, offered, configuration)
        parameters.body = body
        parameters.smtpUTF8 = try Self.needsSMTPUTF8(transaction, survey, offered)
        if parameters.requireTLS, !offered.contains(.requireTLS) || !isSecure { throw .needsRequireTLS }
        notifiesItself = offered.contains(.dsn)
        if !notifiesItself {
            parameters.ret = nil
            parameters.envelopeID = nil
        }
        if !offered.contains(.auth) { parameters.auth = nil }
        if !offered.contains(.priority) { parameters.priority = nil }
        if parameters.release != nil, !offered.contains(.futureRelease) { throw .needsFutureRelease }
        if let deliverBy = parameters.deliverBy, !offered.contains(.deliverBy) {
            // RFC 2852 §4: what is to be returned in time isn't given to whoever doesn't keep it.
            guard deliverBy.mode == .notify else { throw .needsDeliverBy }
            parameters.deliverBy = nil
        }

        var allowance: MailDataWriter.Allowance = configuration.longLines == .send ? [.longLines] : []
        if body == .eightBitMIME { allowance.insert(.eightBit) }
        let isChunked = isBinary || configuration.chunking == .whenOffered && offered.contains(.chunking)
        framing = isChunked ? .chunks(isBinary ? nil : allowance) : .dot(allowance)

        var lines: [[UInt8]] = []
        lines.reserveCapacity(transaction.recipients.count + 1)
        lines.append(try Self.line(.mail(transaction.reversePath, parameters)))
        for recipient in transaction.recipients {
            var parameters = notifiesItself ? recipient.parameters : RcptParameters()
            if parameters.notify?.isEmpty == true { parameters.notify = nil }
            lines.append(try Self.line(.rcpt(recipient.path, parameters)))
        }
        self.lines = lines
    }

    /// The BODY that the content needs, not only the one that was declared: what is 7-bit goes to every server.
    private static func body(
        _ parameters: MailParameters, _ survey: ContentSurvey?, _ offered: Extensions,
        _ configuration: ClientSession.Configuration
    ) throws(ClientFault) -> (BodyType?, isBinary: Bool) {
        if parameters.body == .binaryMIME, survey?.isText != true {
            guard offered.contains([.chunking, .binaryMIME]), configuration.chunking != .never else {
                throw .needsBinaryMIME
            }
            return (.binaryMIME, true)
        }
        if let survey {
            if survey.hasBareNewline { throw .bareNewline }
            if survey.hasNUL { throw .nulInContent }
            if survey.hasLongLine, configuration.longLines == .refuse { throw .lineTooLong }
        }
        // Streamed content that nobody declared may be 8-bit, so it is called that where it can be.
        let isEightBit =
            survey?.hasEightBit
            ?? (parameters.body == .eightBitMIME || parameters.body == nil && offered.contains(.eightBitMIME))
        guard offered.contains(.eightBitMIME) else {
            if isEightBit { throw .needsEightBitMIME }
            return (nil, false)
        }
        if isEightBit { return (.eightBitMIME, false) }
        return (parameters.body == .sevenBit ? .sevenBit : nil, false)
    }

    /// RFC 6531 §3.4: when an address isn't ASCII, or the message was declared international and may really be.
    private static func needsSMTPUTF8(
        _ transaction: MailTransaction, _ survey: ContentSurvey?, _ offered: Extensions
    ) throws(ClientFault) -> Bool {
        let isInternational =
            !transaction.reversePath.isASCII || !transaction.recipients.allSatisfy(\.path.isASCII)
            || transaction.parameters.smtpUTF8 && survey?.hasEightBit != false
        if isInternational, !offered.contains(.smtpUTF8) { throw .needsSMTPUTF8 }
        return isInternational || transaction.parameters.smtpUTF8 && offered.contains(.smtpUTF8)
    }

    private static func line(_ command: Command) throws(ClientFault) -> [UInt8] {
        guard var line = try? command.encoded() else { throw .unwritable }
        line.append(0x0D)
        line.append(0x0A)
        return line
    }
}

extension ContentSurvey {
    /// Whether DATA can carry it.
    var isText: Bool { !hasBareNewline && !hasNUL && !hasLongLine }
    /// Over the limit of RFC 5321 §4.5.3.1.6.
    var hasLongLine: Bool { longestLine > MailDataScanner.maximumLineLength }
}
