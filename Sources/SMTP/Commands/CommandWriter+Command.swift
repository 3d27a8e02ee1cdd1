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
