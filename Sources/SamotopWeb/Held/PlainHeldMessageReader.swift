#if Web
    import InternetMessage

    /// Shows a message as it came: the fields decoded, the body unread.
    public struct PlainHeldMessageReader: HeldMessageReader {
        /// Makes one.
        public init() {}

        public func read(_ bytes: [UInt8]) -> HeldMessage {
            var message = HeldMessage()
            let section = HeaderSection(bytes)
            func body(_ name: String) -> String {
                guard let name = HeaderFieldName(Array(name.utf8)), let field = section.fields(named: name).first else {
                    return ""
                }
                return String(decoding: DisplayText.decode(field.body), as: UTF8.self)
            }
            message.from = body("From")
            message.replyTo = body("Reply-To")
            message.subject = body("Subject")
            message.date = body("Date")
            message.text = String(decoding: bytes.dropFirst(section.length), as: UTF8.self)
            return message
        }
    }
#endif
