// RFC 5321 §4.1.2 and the RFCs of the parameters.
extension Grammar {
    /// `Mail-parameters = esmtp-param *(SP esmtp-param)`, with the SP before the first
    mutating func mailParameters() throws(CommandError) -> MailParameters {
        var parameters = MailParameters()
        while character(" ") {
            guard let keyword = esmtpKeyword() else { throw CommandError(.parameterSyntax, verb: .mail) }
            let isGood =
                if matches(keyword, "SIZE") {
                    parameters.size == nil && sizeParameter(into: &parameters)
                } else if matches(keyword, "BODY") {
                    parameters.body == nil && bodyParameter(into: &parameters)
                } else if matches(keyword, "SMTPUTF8") {
                    !parameters.smtpUTF8 && flag(&parameters.smtpUTF8)
                } else if matches(keyword, "REQUIRETLS") {
                    !parameters.requireTLS && flag(&parameters.requireTLS)
                } else if matches(keyword, "RET") {
                    parameters.ret == nil && retParameter(into: &parameters)
                } else if matches(keyword, "ENVID") {
                    parameters.envelopeID == nil && envidParameter(into: &parameters)
                } else if matches(keyword, "AUTH") {
                    parameters.auth == nil && authParameter(into: &parameters)
                } else if matches(keyword, "HOLDFOR") {
                    parameters.release == nil && holdForParameter(into: &parameters)
                } else if matches(keyword, "HOLDUNTIL") {
                    parameters.release == nil && holdUntilParameter(into: &parameters)
                } else if matches(keyword, "BY") {
                    parameters.deliverBy == nil && byParameter(into: &parameters)
                } else if matches(keyword, "MT-PRIORITY") {
                    parameters.priority == nil && priorityParameter(into: &parameters)
                } else {
                    try unknownParameter(of: .mail)
                }
            guard isGood, isAtEnd || peek() == 0x20 else { throw CommandError(.parameterSyntax, verb: .mail) }
        }
        return parameters
    }

    /// `Rcpt-parameters = esmtp-param *(SP esmtp-param)`, with the SP before the first
    mutating func rcptParameters() throws(CommandError) -> RcptParameters {
        var parameters = RcptParameters()
        while character(" ") {
            guard let keyword = esmtpKeyword() else { throw CommandError(.parameterSyntax, verb: .rcpt) }
            let isGood =
                if matches(keyword, "NOTIFY") {
                    parameters.notify == nil && notifyParameter(into: &parameters)
                } else if matches(keyword, "ORCPT") {
                    parameters.originalRecipient == nil && orcptParameter(into: &parameters)
                } else {
                    try unknownParameter(of: .rcpt)
                }
            guard isGood, isAtEnd || peek() == 0x20 else { throw CommandError(.parameterSyntax, verb: .rcpt) }
        }
        return parameters
    }

    /// `esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")`
    mutating func esmtpKeyword() -> Range<Int>? {
        let start = index
        guard octet(where: \.isLetDig) != nil else { return nil }
        _ = octets(where: { $0.isLetDig || $0 == 0x2D })
        return start..<index
    }

    /// What follows the keyword in `esmtp-param = esmtp-keyword ["=" esmtp-value]`, with
    /// `esmtp-value = 1*(%d33-60 / %d62-126)` and `esmtp-value =/ UTF8-non-ascii`. False when it is not that; throws when
    /// it is, since no rule knows the keyword.
    mutating func unknownParameter(of verb: CommandVerb) throws(CommandError) -> Bool {
        if character("=") {
            let start = index
            while octet(where: \.isEsmtpValue) != nil || utf8NonASCII() != nil {}
            guard index > start else { return false }
        }
        guard isAtEnd || peek() == 0x20 else { return false }
        throw CommandError(.parameterUnknown, verb: verb)
    }

    /// A parameter without a value.
    mutating func flag(_ flag: inout Bool) -> Bool {
        flag = true
        return isAtEnd || peek() == 0x20
    }

    /// `"SIZE=" size-value`, `size-value ::= 1*20DIGIT` (RFC 1870 §3)
    mutating func sizeParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        if let size = number() {
            parameters.size = size
            return true
        }
        // Twenty digits may say more than 64 bits hold: too large for anybody, and still a number.
        parameters.size = .max
        return octets(atMost: 20, where: \.isDIGIT) == 20
    }

    /// `1*20DIGIT`, as far as 64 bits hold it
    mutating func number() -> UInt64? {
        let start = index
        var value: UInt64 = 0
        while index - start < 20, let digit = octet(where: \.isDIGIT) {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - 0x30))
            guard !overflow, !carry else {
                index = start
                return nil
            }
            value = sum
        }
        return index > start ? value : nil
    }

    /// `"BODY=" body-value`, `body-value ::= "7BIT" / "8BITMIME" / "BINARYMIME"` (RFC 6152 §2, RFC 3030 §3)
    mutating func bodyParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        if literal("7BIT") {
            parameters.body = .sevenBit
        } else if literal("8BITMIME") {
            parameters.body = .eightBitMIME
        } else if literal("BINARYMIME") {
            parameters.body = .binaryMIME
        } else {
            return false
        }
        return true
    }

    /// `ret-parameter = "RET=" ret-value`, `ret-value = "FULL" / "HDRS"` (RFC 3461 §4.3)
    mutating func retParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        if literal("FULL") {
            parameters.ret = .full
        } else if literal("HDRS") {
            parameters.ret = .headers
        } else {
            return false
        }
        return true
    }

    /// `envid-parameter = "ENVID=" xtext` (RFC 3461 §4.4): 1 to 100 characters, printable ASCII when decoded
    mutating func envidParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        let start = index
        guard let envelopeID = xtext(), (1...Limits.envelopeID).contains(index - start),
            envelopeID.allSatisfy({ $0 < 0x80 })
        else { return false }
        parameters.envelopeID = envelopeID
        return true
    }

    /// `"AUTH=" ( xtext of a Mailbox / "<>" )` (RFC 4954 §5)
    mutating func authParameter(into parameters: inout MailParameters) -> Bool {
        guard character("="), let value = xtext() else { return false }
        if value == [0x3C, 0x3E] {
            parameters.auth = .null
        } else if let mailbox = Mailbox(value) {
            parameters.auth = .mailbox(mailbox)
        } else {
            return false
        }
        return true
    }

    /// `notify-parameter = "NOTIFY=" notify-esmtp-value`,
    /// `notify-esmtp-value = "NEVER" / 1#notify-list-element`,
    /// `notify-list-element = "SUCCESS" / "FAILURE" / "DELAY"` (RFC 3461 §4.1)
    mutating func notifyParameter(into parameters: inout RcptParameters) -> Bool {
        guard character("=") else { return false }
        if literal("NEVER") {
            parameters.notify = .never
            return true
        }
        var notify: Notify = []
        repeat {
            if literal("SUCCESS") {
                notify.insert(.success)
            } else if literal("FAILURE") {
                notify.insert(.failure)
            } else if literal("DELAY") {
                notify.insert(.delay)
            } else {
                return false
            }
        } while character(",")
        parameters.notify = notify
        return true
    }

    /// `orcpt-parameter = "ORCPT=" original-recipient-address` (RFC 3461 §4.2)
    mutating func orcptParameter(into parameters: inout RcptParameters) -> Bool {
        guard character("="), let originalRecipient = originalRecipientAddress() else { return false }
        parameters.originalRecipient = originalRecipient
        return true
    }

    /// `original-recipient-address = addr-type ";" xtext`, `addr-type = atom`, 500 characters at most; and
    /// `utf-8-type-addr = "utf-8;" utf-8-enc-addr` (RFC 6533 §3)
    mutating func originalRecipientAddress() -> OriginalRecipient? {
        let start = index
        // An atom, but "=" stands in no esmtp-value.
        guard octets(where: { $0.isAtext && $0.isEsmtpValue }) > 0 else { return nil }
        let addressType = start..<index
        guard character(";") else { return nil }
        let isUTF8 = matches(addressType, "utf-8")
        guard let address = isUTF8 ? utf8EncodedAddress() : xtext(), !address.isEmpty,
            isUTF8 || address.allSatisfy({ $0 < 0x80 }), index - start <= Limits.originalRecipient
        else { return nil }
        return OriginalRecipient(checkedType: copy(addressType), address: address)
    }
}
