import SMTP

/// What senders are told. A person may read it in a report of failure.
extension ReplyWords {
    /// The stranger waits; its server keeps the mail.
    static let asked = ReplyWords(
        50, 7, 1, "The recipient is being asked whether you may write; your server will try again by itself")
    /// Nobody answered in time.
    static let unanswered = ReplyWords(
        50, 7, 1,
        "The recipient hasn't said yet that you may write: please ask in another way, by telephone for example")
    /// The owner doesn't want it.
    static let blocked = ReplyWords(50, 7, 1, "The recipient doesn't take mail from you")
    /// The owner's policy.
    static let strangersRefused = ReplyWords(50, 7, 1, "This address takes mail from known senders only")
    /// The address was given to one domain.
    static let otherDomain = ReplyWords(
        50, 7, 1, "This address takes mail only from the domain that it was given to, and proved (SPF, DKIM)")
    /// Neither a reverse-path nor an author.
    static let namesNobody = ReplyWords(50, 7, 1, "The message names nobody whom the recipient could be asked about")
    /// RFC 5321 §4.5.3.1.10: the client sends to the rest in another transaction.
    static let sendSeparately = ReplyWords(52, 5, 3, "Please send to this recipient separately")
    /// A word of the owner's came while the message was on its way.
    static let changedMeanwhile = ReplyWords(50, 7, 1, "The recipients' answers differ: please try again")
    /// It isn't known for long enough.
    static func greylisted(seconds: Int64) -> ReplyWords {
        ReplyWords(51, 7, 1, "You are new here: please try again in \(max(1, seconds)) seconds")
    }
    /// An entry of the operator's deny list.
    static let denied = ReplyWords(50, 7, 1, "Mail from you isn't taken here")
}
