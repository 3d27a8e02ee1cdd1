extension CommandWriter {
    /// Writes a command without CRLF.
    mutating func append(_ command: Command) {
        append(command.verb.keyword)
        switch command {
        case .ehlo(let domain), .helo(let domain), .lhlo(let domain):
            append(" ")
            append(domain)
        case .mail(let path, let parameters):
            append(" FROM:")
            append(path)
            append(parameters)
        case .rcpt(let path, let parameters):
            append(" TO:")
            append(path)
            append(parameters)
        case .bdat(let size, let last):
            append(" ")
            append(size)
            if last { append(" LAST") }
        case .noop(let text), .help(let text), .vrfy(let text), .expn(let text):
            if !text.isEmpty { append(" ") }
            append(text: text)
        case .auth(let mechanism, let initialResponse):
            append(" ")
            append(text: mechanism)
            if let initialResponse {
                append(" ")
                append(text: initialResponse)
            }
        case .data, .rset, .quit, .startTLS:
            break
        }
    }

    /// Writes the parameters of MAIL, each with a space before it.
    mutating func append(_ parameters: MailParameters) {
        if let size = parameters.size {
            append(" SIZE=")
            append(size)
        }
        switch parameters.body {
        case nil: break
        case .sevenBit: append(" BODY=7BIT")
        case .eightBitMIME: append(" BODY=8BITMIME")
        case .binaryMIME: append(" BODY=BINARYMIME")
        }
        if parameters.smtpUTF8 { append(" SMTPUTF8") }
        if parameters.requireTLS { append(" REQUIRETLS") }
        switch parameters.ret {
        case nil: break
        case .full: append(" RET=FULL")
        case .headers: append(" RET=HDRS")
        }
        if let envelopeID = parameters.envelopeID {
            append(" ENVID=")
            append(xtext: envelopeID)
        }
        switch parameters.auth {
        case nil: break
        case .null: append(" AUTH=<>")
        case .mailbox(let mailbox):
            append(" AUTH=")
            append(xtext: mailbox.bytes)
        }
        appendSchedule(parameters)
    }

    /// When: RFC 4865, RFC 2852 and RFC 6710.
    private mutating func appendSchedule(_ parameters: MailParameters) {
        switch parameters.release {
        case nil: break
        case .after(let seconds):
            append(" HOLDFOR=")
            append(UInt64(seconds))
        case .at(let moment):
            append(" HOLDUNTIL=")
            append(text: moment)
        }
        if let deliverBy = parameters.deliverBy {
            append(deliverBy.seconds < 0 ? " BY=-" : " BY=")
            append(UInt64(deliverBy.seconds.magnitude))
            append(deliverBy.mode == .return ? ";R" : ";N")
            if deliverBy.traces { append("T") }
        }
        if let priority = parameters.priority {
            append(priority < 0 ? " MT-PRIORITY=-" : " MT-PRIORITY=")
            append(UInt64(priority.magnitude))
        }
    }

    /// Writes the parameters of RCPT, each with a space before it.
    mutating func append(_ parameters: RcptParameters) {
        if let notify = parameters.notify, !notify.isEmpty {
            append(" NOTIFY=")
            append(notify)
        }
        if let originalRecipient = parameters.originalRecipient {
            append(" ORCPT=")
            append(originalRecipient)
        }
    }

    /// Writes the value of NOTIFY.
    mutating func append(_ notify: Notify) {
        guard !notify.contains(.never) else {
            append("NEVER")
            return
        }
        var separator: StaticString = ""
        if notify.contains(.success) {
            append("SUCCESS")
            separator = ","
        }
        if notify.contains(.failure) {
            append(separator)
            append("FAILURE")
            separator = ","
        }
        if notify.contains(.delay) {
            append(separator)
            append("DELAY")
        }
    }

    /// Writes the value of ORCPT.
    mutating func append(_ originalRecipient: OriginalRecipient) {
        append(text: originalRecipient.addressType)
        append(";")
        if originalRecipient.isUTF8 {
            append(utf8AddressXtext: originalRecipient.address)
        } else {
            append(xtext: originalRecipient.address)
        }
    }
}
