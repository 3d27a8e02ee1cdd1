import SMTP

extension DeliveryStatusNotification {
    /// Reads the first delivery status of a message (RFC 3464), leniently: a recipient needs an address, and an action or a
    /// status; what else is missing or malformed is left out. A delivery status in a message that is attached does not count.
    ///
    /// At most 1 MiB of fields, ``maximumRecipients`` and ``ReportedValue/maximumDiagnostic`` octets of a value are read.
    ///
    /// - Returns: nil when there is no delivery status with a recipient.
    public init?(parsing message: MIMEMessage) {
        let isAttached = Self.attached(in: message)
        for (index, entity) in message.entities.enumerated() where !isAttached[index] && Self.isStatus(entity.mediaType)
        {
            if let status = Self(part: index, of: message) {
                self = status
                return
            }
        }
        return nil
    }

    private init?(part index: Int, of message: MIMEMessage) {
        let content = message.content(of: message.entities[index], limit: Self.maximumOctets).bytes
        var groups = StatusGroup.groups(content, limit: Self.maximumRecipients + 1)
        guard !groups.isEmpty else { return nil }
        var envelope = StatusGroup()
        if groups[0]["Final-Recipient"] == nil {
            envelope = groups.removeFirst()
        } else if groups[0]["Reporting-MTA"] != nil {
            // somebody forgot the blank line
            envelope = groups[0]
        }
        let recipients = groups.prefix(Self.maximumRecipients).compactMap(RecipientDeliveryStatus.init)
        guard !recipients.isEmpty else { return nil }
        self.init(
            reportingMTA: envelope.typed("Reporting-MTA", default: "dns")
                ?? ReportedValue(type: Array("x-unknown".utf8), value: []),
            originalEnvelopeID: envelope["Original-Envelope-Id"], arrivalDate: envelope.date("Arrival-Date"),
            recipients: recipients)
        originalMessageID = Self.returnedID(behind: index, in: message)
    }

    private static let maximumOctets = 1_048_576

    private static func isStatus(_ type: MediaType) -> Bool {
        type.matches("message", "delivery-status") || type.matches("message", "global-delivery-status")
    }

    /// Whether each entity is inside a message that the message carries.
    private static func attached(in message: MIMEMessage) -> [Bool] {
        var isAttached: [Bool] = []
        for entity in message.entities {
            guard let parent = entity.parent else {
                isAttached.append(false)
                continue
            }
            isAttached.append(isAttached[parent] || message.entities[parent].mediaType.isMessage)
        }
        return isAttached
    }

    private static func returnedID(behind index: Int, in message: MIMEMessage) -> MessageID? {
        let parent = message.entities[index].parent
        for entity in message.entities[(index + 1)...] where entity.parent == parent {
            let type = entity.mediaType
            guard type.isMessage || type.matches("text", "rfc822-headers") || type.matches("message", "global-headers")
            else { continue }
            let header = HeaderSection(message.content(of: entity, limit: maximumHeader).bytes)
            if let field = header.fields(named: .messageID).first { return MessageID(field.body) }
        }
        return nil
    }

    private static let maximumHeader = 65_536
}

extension RecipientDeliveryStatus {
    fileprivate init?(_ group: StatusGroup) {
        guard let final = group.typed("Final-Recipient", default: "rfc822") else { return nil }
        let status = group["Status"].flatMap(Self.status)
        let action = group["Action"].flatMap(Self.action)
        guard let known = action ?? status.map(Self.action) else { return nil }
        self.init(
            originalRecipient: group.typed("Original-Recipient", default: "rfc822"), finalRecipient: final,
            action: known, status: status ?? Self.status(known),
            remoteMTA: group.typed("Remote-MTA", default: "dns"),
            diagnosticCode: group.typed("Diagnostic-Code", default: "x-unknown"),
            lastAttempt: group.date("Last-Attempt-Date"), willRetryUntil: group.date("Will-Retry-Until"))
    }

    private static func action(_ value: [UInt8]) -> DeliveryAction? {
        DeliveryAction(rawValue: String(decoding: value.prefix(while: \.isAlpha).map(\.lowercasedASCII), as: UTF8.self))
    }

    private static func action(_ status: EnhancedStatusCode) -> DeliveryAction {
        switch status.severity {
        case 2: .delivered
        case 4: .delayed
        default: .failed
        }
    }

    private static func status(_ action: DeliveryAction) -> EnhancedStatusCode {
        switch action {
        case .failed: EnhancedStatusCode(5, 0, 0)
        case .delayed: EnhancedStatusCode(4, 0, 0)
        case .delivered, .relayed, .expanded: EnhancedStatusCode(2, 0, 0)
        }
    }

    /// `5.1.1`, and a comment behind it.
    private static func status(_ value: [UInt8]) -> EnhancedStatusCode? {
        let word = value.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
        let numbers = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy({ (1...3).contains($0.count) }), numbers[0].count == 1,
            let severity = numbers[0].first.map({ $0 & 0x0F }), [2, 4, 5].contains(severity)
        else { return nil }
        let values = numbers.map { $0.reduce(UInt16(0)) { $0 * 10 + UInt16($1 & 0x0F) } }
        return EnhancedStatusCode(severity, values[1], values[2])
    }
}
