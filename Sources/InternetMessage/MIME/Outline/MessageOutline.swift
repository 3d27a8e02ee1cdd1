/// A message at a glance, for a page or a list: who, what, when, its parts, what is unusual, and its text. All texts are
/// plain and safe to print: control and direction-changing characters are written out.
public struct MessageOutline: Encodable, Hashable, Sendable {
    /// A mailbox of From, To or Cc.
    public struct Correspondent: Encodable, Hashable, Sendable {
        /// The name, decoded. It is a claim of the sender.
        public let name: String?
        /// The address; nil when the field can't be read, and `name` is all that stands there.
        public let address: String?
    }

    /// A part.
    public struct Part: Encodable, Hashable, Sendable {
        /// `0` is the message itself, `1` its first part, `1.2` the second part of that.
        public let number: String
        /// `text/plain`
        public let type: String
        /// The charset as it is called in the part.
        public let charset: String?
        /// The transfer encoding.
        public let encoding: String
        /// Octets of the body, encoded as it is.
        public let size: Int
        /// `inline`, `attachment` or another word; nil: not said.
        public let disposition: String?
        /// A name that is safe to use; nil for what is no attachment and has no name.
        public let name: String?
        /// The name as the sender wrote it, when that is another.
        public let sentName: String?
        /// Its parts were not looked for.
        public let isOpaque: Bool
    }

    /// Something unusual.
    public struct Finding: Encodable, Hashable, Sendable {
        /// ``MIMEFinding/Kind/name``
        public let kind: String
        /// The number of the part.
        public let part: String
        /// Octets from the start of the message.
        public let offset: Int
        /// Readers may disagree about it.
        public let isAmbiguous: Bool
    }

    /// The authors.
    public let from: [Correspondent]
    /// The recipients of To.
    public let to: [Correspondent]
    /// The recipients of Cc.
    public let cc: [Correspondent]
    /// The subject, decoded.
    public let subject: String?
    /// The date in the form of RFC 5322 §3.3; as it stands there when it can't be read.
    public let date: String?
    /// The message identifier without brackets.
    public let messageID: String?
    /// Other readers may see another message.
    public let isAmbiguous: Bool
    /// The message itself and its parts.
    public let parts: [Part]
    /// What is unusual, in the order of the message.
    public let findings: [Finding]
    /// The text; nil when the message is ambiguous and nobody asked for it all the same.
    public let text: String?
    /// The text is longer than the limit.
    public let isTextTruncated: Bool
    /// Charsets that are not known: octets over 127 are written like `\xE4`.
    public let unknownCharsets: [String]

    /// - Parameters:
    ///   - textLimit: octets of the text at most.
    ///   - showsAmbiguous: gives the text of an ambiguous message too.
    public init(_ message: MIMEMessage, textLimit: Int = 65_536, showsAmbiguous: Bool = false) {
        let header = OutlineHeader(message)
        from = header.correspondents(.from)
        to = header.correspondents(.to)
        cc = header.correspondents(.cc)
        subject = header.subject
        date = header.date
        messageID = header.messageID
        isAmbiguous = message.isAmbiguous
        let numbers = Self.numbers(message)
        parts = zip(message.entities, numbers).map { Part($0, number: $1) }
        findings = message.findings.sorted { $0.offset < $1.offset }.map { finding in
            Finding(
                kind: finding.kind.name, part: numbers[finding.entity], offset: finding.offset,
                isAmbiguous: finding.isAmbiguous)
        }
        let shown = isAmbiguous && !showsAmbiguous ? nil : message.displayText(limit: textLimit)
        text = shown.map { String(decoding: $0.text, as: UTF8.self) }
        isTextTruncated = shown?.isTruncated ?? false
        unknownCharsets = shown?.unknownCharsets.map(OutlineHeader.line) ?? []
    }

    /// Of each entity its way from the message.
    private static func numbers(_ message: MIMEMessage) -> [String] {
        var numbers = [String](repeating: "0", count: message.entities.count)
        for (index, entity) in message.entities.enumerated() {
            for (place, child) in entity.children.enumerated() {
                numbers[child] = index == 0 ? "\(place + 1)" : "\(numbers[index]).\(place + 1)"
            }
        }
        return numbers
    }
}

extension MessageOutline.Part {
    fileprivate init(_ entity: MIMEEntity, number: String) {
        self.number = number
        type = OutlineHeader.line(entity.mediaType.name)
        charset = entity.mediaType.parameters["charset"].map { OutlineHeader.line($0.value) }
        encoding = OutlineHeader.line(entity.transferEncoding.name)
        size = entity.bodyRange.count
        disposition = entity.disposition.map { OutlineHeader.line($0.type) }
        let attachment = AttachmentName(entity)
        let sent = attachment.sent.map(OutlineHeader.line)
        let hasName = sent != nil || (entity.isAttachment && !entity.isMultipart)
        name = hasName ? String(decoding: attachment.safe, as: UTF8.self) : nil
        sentName = sent == name ? nil : sent
        isOpaque = entity.isOpaque
    }
}
