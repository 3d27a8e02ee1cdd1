import SMTP

/// The part of a notification that a person reads: plain text, so that nothing in it is markup.
struct DeliveryStatusText {
    private let notification: DeliveryStatusNotification
    private let subject: String?

    /// Recipients that are told of in words; the fields have all.
    private static let maximumRecipients = 50
    private static let maximumSubject = 200
    private static let maximumAddress = 320

    init(_ notification: DeliveryStatusNotification, about header: HeaderSection?) {
        self.notification = notification
        let body = header?.fields(named: .subject).first?.body
        subject = body.map { Self.line(DisplayText.decode(Array($0.prefix(4_096))), limit: Self.maximumSubject) }
    }

    var text: String {
        var lines = [DeliveryStatusWords.greeting(host: Self.line(notification.reportingMTA.value, limit: 255)), ""]
        if let subject, !subject.isEmpty { lines += [DeliveryStatusWords.about(subject: subject), ""] }
        for action in DeliveryAction.allCases {
            let recipients = notification.recipients.filter { $0.action == action }
            guard !recipients.isEmpty else { continue }
            lines += [DeliveryStatusWords.heading(action), ""]
            for recipient in recipients.prefix(Self.maximumRecipients) { lines += about(recipient) + [""] }
            if recipients.count > Self.maximumRecipients {
                lines += [DeliveryStatusWords.more(recipients.count - Self.maximumRecipients), ""]
            }
        }
        return (lines + [DeliveryStatusWords.closing]).joined(separator: "\n") + "\n"
    }

    private func about(_ recipient: RecipientDeliveryStatus) -> [String] {
        let shown = recipient.originalRecipient.flatMap { $0.isOfType("rfc822") || $0.isOfType("utf-8") ? $0 : nil }
        var lines = ["  " + Self.line((shown ?? recipient.finalRecipient).value, limit: Self.maximumAddress)]
        switch recipient.action {
        case .failed, .delayed:
            let words = DeliveryStatusWords.explanation(of: recipient.status)
            lines.append("    " + words.reason)
            if recipient.action == .failed {
                lines.append("    " + words.advice)
            } else if let until = recipient.willRetryUntil {
                lines.append("    " + DeliveryStatusWords.retry(until: String(decoding: until.bytes, as: UTF8.self)))
            } else {
                lines.append("    " + DeliveryStatusWords.retry)
            }
        case .delivered, .relayed, .expanded: break
        }
        if let code = recipient.diagnosticCode, recipient.action == .failed || recipient.action == .delayed {
            let host = recipient.remoteMTA.map { Self.line($0.value, limit: 255) }
            let answer = Self.line(code.value, limit: ReportedValue.maximumDiagnostic)
            lines.append("    " + DeliveryStatusWords.answer(of: host))
            lines.append("      " + answer)
        }
        return lines
    }

    /// One line in which nothing is hidden.
    private static func line(_ octets: [UInt8], limit: Int) -> String {
        var out: [UInt8] = []
        for scalar in String(decoding: octets.prefix(limit), as: UTF8.self).unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\u{0C}" || HeaderText.isLineBreak(scalar) {
                out.append(.space)
            } else {
                VisibleText.append(scalar, to: &out)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
