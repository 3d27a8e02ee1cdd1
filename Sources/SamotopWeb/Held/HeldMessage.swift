#if Web
    import InternetMessage

    /// What a page shows of a held message.
    struct HeldMessage {
        /// A part that isn't shown.
        struct Attachment {
            let name: String
            let type: String
            /// Octets as they came.
            let size: Int
        }

        /// Octets of text that are shown.
        private static let textLimit = 100_000

        let from: String
        let replyTo: String
        let subject: String
        let date: String
        let text: String
        /// The message as a page, if it has one; as the sender made it.
        let html: String?
        let attachments: [Attachment]
        /// Its content is encrypted (RFC 3156 §4): nothing of it can be shown.
        let isSealed: Bool

        /// - Parameter bytes: the message with its trace fields, perhaps cut off at the end.
        init(reading bytes: [UInt8]) {
            let message = MIMEMessage(bytes)
            let section = HeaderSection(bytes)
            func field(_ name: String) -> String {
                guard let name = HeaderFieldName(Array(name.utf8)), let field = section.fields(named: name).first else {
                    return ""
                }
                return String(decoding: DisplayText.decode(field.body), as: UTF8.self)
            }
            from = field("From")
            replyTo = field("Reply-To")
            subject = field("Subject")
            date = field("Date")
            isSealed = message.entities.first.map { Self.isSealed($0.mediaType) } ?? false
            guard !isSealed else {
                text = ""
                html = nil
                attachments = []
                return
            }
            text = String(decoding: message.displayText(limit: Self.textLimit).text, as: UTF8.self)
            let page = message.entities.first { $0.mediaType.matches("text", "html") && !$0.isAttachment }
            html = page.map { String(decoding: message.sourceText(of: $0), as: UTF8.self) }
            attachments = message.attachments.prefix(100).compactMap { attachment in
                guard message.entities.indices.contains(attachment.entity) else { return nil }
                let entity = message.entities[attachment.entity]
                return Attachment(
                    name: String(decoding: attachment.name.safe, as: UTF8.self),
                    type: String(decoding: entity.mediaType.name, as: UTF8.self), size: entity.bodyRange.count)
            }
        }

        /// PGP/MIME or S/MIME; what is only signed isn't.
        private static func isSealed(_ type: MediaType) -> Bool {
            if type.matches("multipart", "encrypted") { return true }
            guard type.matches("application", "pkcs7-mime") || type.matches("application", "x-pkcs7-mime"),
                let form = type.parameters["smime-type"]
            else { return false }
            return String(decoding: form.value, as: UTF8.self).lowercased().hasSuffix("enveloped-data")
        }
    }
#endif
