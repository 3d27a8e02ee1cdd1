public import SMTP

/// Builds a message (RFC 5322, MIME) from text and parts.
///
/// ```swift
/// let message = try MessageBuilder(from: "Ann Example <ann@example.org>", date: now)
///     .to("Bob <bob@example.net>, Zoë <zoe@example.net>")
///     .subject("Grüße aus Brünn")
///     .body(
///         .mixed(
///             .alternative(.plain("Dinner at eight?"), .html("<p>Dinner at <b>eight</b>?</p>")),
///             .attachment("menu.pdf", type: "application/pdf", content: octets)))
///     .build(using: &randomness)
/// ```
///
/// The calls gather; everything is checked in ``build(using:)``: text that goes into a header field and holds CR, LF, NUL or
/// another control character is an error there, never a second field.
public struct MessageBuilder: Sendable {
    /// The fields in the order given, with those of the calls below among them.
    public private(set) var fields: [(name: HeaderFieldName, body: FieldBody)] = []
    var part = MessagePart.plain("")
    var ownEnvelope: MessageEnvelope?
    var extensions: Extensions = []
    var keepsBcc = false
    /// A call had a name that is none.
    var hasInvalidName = false

    /// A message of one or several authors.
    ///
    /// - Parameters:
    ///   - from: an address-list. With more than one mailbox there must be a ``sender(_:)-(String)``.
    ///   - date: when the author was done with it: there is no clock in here.
    public init(from: String, date: InternetDate) {
        fields = [(.date, .date(date)), (.from, .addresses([from]))]
    }

    /// A message of one or several authors.
    public init(from: [NamedMailbox], date: InternetDate) {
        self.init(from: Self.list(from), date: date)
    }

    // MARK: Who

    /// Adds authors.
    public func from(_ addresses: String) -> MessageBuilder { adding(addresses, to: .from) }
    /// Adds authors.
    public func from(_ mailboxes: [NamedMailbox]) -> MessageBuilder { from(Self.list(mailboxes)) }

    /// Who sends for the authors; replaces an earlier one. When it is the only author there is no such field (RFC 5322
    /// §3.6.2).
    public func sender(_ address: String) -> MessageBuilder { setting(.sender, .addresses([address])) }
    /// Who sends for the authors; replaces an earlier one.
    public func sender(_ mailbox: NamedMailbox) -> MessageBuilder { sender(Self.list([mailbox])) }

    /// Adds addresses that answers are wanted at.
    public func replyTo(_ addresses: String) -> MessageBuilder { adding(addresses, to: .replyTo) }
    /// Adds addresses that answers are wanted at.
    public func replyTo(_ mailboxes: [NamedMailbox]) -> MessageBuilder { replyTo(Self.list(mailboxes)) }

    /// Adds recipients.
    public func to(_ addresses: String) -> MessageBuilder { adding(addresses, to: .to) }
    /// Adds recipients.
    public func to(_ mailboxes: [NamedMailbox]) -> MessageBuilder { to(Self.list(mailboxes)) }

    /// Adds recipients of a copy.
    public func cc(_ addresses: String) -> MessageBuilder { adding(addresses, to: .cc) }
    /// Adds recipients of a copy.
    public func cc(_ mailboxes: [NamedMailbox]) -> MessageBuilder { cc(Self.list(mailboxes)) }

    /// Adds recipients that the others do not see: they are in the envelope and not in the message.
    public func bcc(_ addresses: String) -> MessageBuilder { adding(addresses, to: .bcc) }
    /// Adds recipients that the others do not see.
    public func bcc(_ mailboxes: [NamedMailbox]) -> MessageBuilder { bcc(Self.list(mailboxes)) }

    /// Writes the Bcc field too: for the copy of the sender alone.
    public func keepingBcc() -> MessageBuilder {
        var builder = self
        builder.keepsBcc = true
        return builder
    }

    /// An envelope of one's own. Without it the reverse-path is the Sender or else the first author, and the forward-paths
    /// are all mailboxes of To, Cc and Bcc.
    public func envelope(_ envelope: MessageEnvelope) -> MessageBuilder {
        var builder = self
        builder.ownEnvelope = envelope
        return builder
    }

    // MARK: What

    /// The subject.
    public func subject(_ text: String) -> MessageBuilder { setting(.subject, .text(text)) }

    /// The identifier of the message with its brackets. Without it one is made of 128 random bits and the domain of the first
    /// author: the host is not told.
    public func messageID(_ id: String) -> MessageBuilder { setting(.messageID, .messageIDs(id)) }

    /// What it answers: one or several identifiers with their brackets.
    public func inReplyTo(_ ids: String) -> MessageBuilder { setting(.inReplyTo, .messageIDs(ids)) }

    /// The thread it belongs to, the oldest identifier first.
    public func references(_ ids: String) -> MessageBuilder { setting(.references, .messageIDs(ids)) }

    /// The program that wrote it.
    public func userAgent(_ text: String) -> MessageBuilder { setting(.userAgent, .text(text)) }

    /// The content. Without it the message is an empty text.
    public func body(_ part: MessagePart) -> MessageBuilder {
        var builder = self
        builder.part = part
        return builder
    }

    /// The content: plain text.
    public func body(_ text: String) -> MessageBuilder { body(.plain(text)) }

    /// What the way of the message is known to carry: with `.eightBitMIME` text may go as `8bit`, with `.smtpUTF8` header
    /// fields and addresses may hold UTF-8 (RFC 6532). Without a call it is neither, and the message is 7-bit.
    public func allowing(_ extensions: Extensions) -> MessageBuilder {
        var builder = self
        builder.extensions.formUnion(extensions)
        return builder
    }

    // MARK: Any field

    /// The bodies of the fields of this name, in order.
    public func bodies(of name: HeaderFieldName) -> [FieldBody] {
        fields.filter { $0.name == name }.map(\.body)
    }

    /// Puts a field in the place of all of its name.
    public func setting(_ name: HeaderFieldName, _ body: FieldBody) -> MessageBuilder {
        var builder = self
        let place = builder.fields.firstIndex { $0.name == name }
        builder.fields.removeAll { $0.name == name }
        builder.fields.insert((name, body), at: min(place ?? builder.fields.count, builder.fields.count))
        return builder
    }

    /// Adds a field behind the others.
    public func adding(_ name: HeaderFieldName, _ body: FieldBody) -> MessageBuilder {
        var builder = self
        builder.fields.append((name, body))
        return builder
    }

    /// Adds a field of unstructured text: `.header("X-Ticket", "42")`.
    public func header(_ name: String, _ text: String) -> MessageBuilder { header(name, .text(text)) }

    /// Adds a field.
    public func header(_ name: String, _ body: FieldBody) -> MessageBuilder {
        guard let name = HeaderFieldName(Array(name.utf8)) else {
            var builder = self
            builder.hasInvalidName = true
            return builder
        }
        return adding(name, body)
    }

    /// Removes the fields of this name.
    public func removing(_ name: HeaderFieldName) -> MessageBuilder {
        var builder = self
        builder.fields.removeAll { $0.name == name }
        return builder
    }

    private func adding(_ addresses: String, to name: HeaderFieldName) -> MessageBuilder {
        guard case .addresses(let others)? = bodies(of: name).first else {
            return setting(name, .addresses([addresses]))
        }
        return setting(name, .addresses(others + [addresses]))
    }

    private static func list(_ mailboxes: [NamedMailbox]) -> String {
        mailboxes.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ", ")
    }
}
