extension HeaderSieve {
    /// Which fields are removed.
    public struct Rule: Sendable {
        /// Fields of these names are removed.
        public var names: Set<HeaderFieldName>
        /// `Authentication-Results` fields with one of these authserv-ids are removed (RFC 8601 §5), ASCII case and
        /// a last dot ignored, and those whose authserv-id cannot be read. An internationalised name is given in both
        /// its forms. Empty: none is removed.
        public var authservIDs: [[UInt8]]

        /// A rule of names and one's own authserv-ids.
        public init(names: Set<HeaderFieldName>, authservIDs: [[UInt8]]) {
            self.names = names
            self.authservIDs = authservIDs
        }
    }

    /// Whether a byte of a body stands in a comment or a quoted-string.
    struct Nesting {
        private var depth = 0
        private var isQuoted = false
        private var isEscaped = false

        var isOutside: Bool { depth == 0 && !isQuoted }

        mutating func take(_ byte: UInt8) {
            if isEscaped {
                isEscaped = false
            } else if byte == .backslash {
                isEscaped = !isOutside
            } else if byte == .quote, depth == 0 {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "("), !isQuoted {
                depth += 1
            } else if byte == UInt8(ascii: ")"), depth > 0, !isQuoted {
                depth -= 1
            }
        }
    }
}
