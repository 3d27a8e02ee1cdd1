#if Web
    /// Makes of a held message what a page can show.
    public protocol HeldMessageReader: Sendable {
        /// - Parameter bytes: the message with its trace fields, perhaps cut off at the end.
        func read(_ bytes: [UInt8]) -> HeldMessage
    }

    /// What a page shows of a held message.
    public struct HeldMessage: Sendable, Hashable {
        /// A part that isn't shown.
        public struct Attachment: Sendable, Hashable {
            /// What it is called.
            public let name: String
            /// Its media type.
            public let type: String
            /// Octets.
            public let size: Int

            /// Makes one.
            public init(name: String, type: String, size: Int) {
                self.name = name
                self.type = type
                self.size = size
            }
        }

        /// The From field, decoded.
        public var from = ""
        /// The Reply-To field, decoded.
        public var replyTo = ""
        /// The Subject field, decoded.
        public var subject = ""
        /// The Date field, as it is.
        public var date = ""
        /// The text for people.
        public var text = ""
        /// The message as a page, if it has one; it is shown without scripts and without network.
        public var html: String?
        /// What came with it.
        public var attachments: [Attachment] = []

        /// An empty one.
        public init() {}
    }
#endif
