import SMTP

/// All words that a notification has for people.
enum DeliveryStatusWords {
    static let senderName = "Mail Delivery System"

    static func subject(_ action: DeliveryAction) -> String {
        switch action {
        case .failed: "Your message could not be delivered"
        case .delayed: "Your message is delayed"
        case .delivered: "Your message was delivered"
        case .relayed: "Your message was passed on"
        case .expanded: "Your message was distributed"
        }
    }

    static func greeting(host: String) -> String { "This is the mail server \(host)." }

    static func about(subject: String) -> String { "This is about your message with the subject: \(subject)" }

    static func heading(_ action: DeliveryAction) -> String {
        switch action {
        case .failed: "It could not be delivered to:"
        case .delayed: "It has not been delivered yet, and you need not send it again:"
        case .delivered: "It was delivered to:"
        case .relayed: "It was passed on, to a server that does not report what becomes of it, for:"
        case .expanded: "It was distributed to the members of:"
        }
    }

    static func more(_ count: Int) -> String { "  and to \(count) more, listed in the attached report." }

    static func retry(until date: String) -> String { "It is tried again until \(date)." }

    static let retry = "It is tried again by itself."

    static func answer(of host: String?) -> String {
        host.map { "The server \($0) answered:" } ?? "The answer was:"
    }

    static let closing = "This report was written by a program. Nobody reads answers to it."

    /// Why, and what to do about it: from the subject and detail of the status (RFC 3463, and the registry of RFC 5248).
    static func explanation(of status: EnhancedStatusCode) -> (reason: String, advice: String) {
        let rows = table.filter { $0.subject == status.subject }
        let row = rows.first { $0.details.contains(status.detail) } ?? rows.first { $0.details.isEmpty }
        return row.map { ($0.reason, $0.advice) } ?? other
    }

    private struct Row {
        let subject: UInt16
        /// Empty: the others of the subject.
        let details: [UInt16]
        let reason: String
        let advice: String
    }

    private static let other = (reason: "It was refused.", advice: "Ask the recipient in another way.")

    private static let table = [
        Row(
            subject: 1, details: [2, 10], reason: "The domain of the address takes no mail.",
            advice: "Check what stands behind the @ for typing errors."),
        Row(
            subject: 1, details: [7, 8, 9], reason: "Your own address was not accepted.",
            advice: "Check the address that your mail program sends from."),
        Row(
            subject: 1, details: [], reason: "There is no such address.",
            advice: "Check it for typing errors, or ask the recipient for the right one."),
        Row(
            subject: 2, details: [2], reason: "The mailbox is full.",
            advice: "Try again in some days, or tell the recipient in another way."),
        Row(
            subject: 2, details: [3], reason: "The message is larger than the mailbox takes.",
            advice: "Send it without attachments, or in several smaller ones."),
        Row(
            subject: 2, details: [], reason: "The mailbox takes no messages now.",
            advice: "Tell the recipient in another way."),
        Row(
            subject: 3, details: [4], reason: "The message is larger than the server takes.",
            advice: "Send it without attachments, or in several smaller ones."),
        Row(
            subject: 3, details: [], reason: "The recipient's mail system does not take it now.",
            advice: "Try again later."),
        Row(
            subject: 4, details: [7], reason: "It was tried until its time was over, without success.",
            advice: "Try again later, or tell the recipient in another way."),
        Row(
            subject: 4, details: [6, 14], reason: "It went round in a loop between servers.",
            advice: "Tell the recipient in another way: somebody has to look after their mail forwarding."),
        Row(
            subject: 4, details: [], reason: "The recipient's server could not be reached.",
            advice: "Check what stands behind the @ for typing errors, or try again later."),
        Row(
            subject: 5, details: [], reason: "The two servers did not understand each other.",
            advice: "Show this report to who looks after your mail server."),
        Row(
            subject: 6, details: [7], reason: "The recipient's server takes no addresses with letters beyond a to z.",
            advice: "Send it from and to addresses without such letters."),
        Row(
            subject: 6, details: [], reason: "The recipient's server does not take a message of this form.",
            advice: "Send it as plain text, without attachments."),
        Row(
            subject: 7, details: [4, 10, 11], reason: "There was no way to send it that keeps it secret.",
            advice: "Ask the recipient for another address or way; the server of this one is not set up for it."),
        Row(
            subject: 7, details: [], reason: "The recipient's server refused it by its rules.",
            advice: "If that is a mistake, show the recipient the answer below in another way."),
    ]
}
