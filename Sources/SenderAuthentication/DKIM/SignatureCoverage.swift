import InternetMessage

/// Which of the fields that people and programs go by a signature covers.
///
/// A valid signature says nothing of a field that it doesn't cover: a message may pass with another Subject, or with a
/// Content-Type that turns its signed body into something else (RFC 6376 §8.15, §5.4.1).
public struct SignatureCoverage: Sendable, Hashable {
    /// A field that a message has once at most, in lower case.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case from
        case sender
        case replyTo = "reply-to"
        case to
        case cc
        case subject
        case date
        case messageID = "message-id"
        case inReplyTo = "in-reply-to"
        case references
        case mimeVersion = "mime-version"
        case contentType = "content-type"
        case contentTransferEncoding = "content-transfer-encoding"
        case contentDisposition = "content-disposition"
    }

    /// What a signature says of a field.
    public enum State: Sendable, Hashable {
        /// The message has none, and the signature doesn't say so: one could be added.
        case absent
        /// There is one or more, and none is signed.
        case unsigned
        /// There are several, and only the lower ones are signed: a reader may show the others.
        case partlySigned
        /// All there are are signed; one more could be added without breaking the signature.
        case signed
        /// `h=` names the field more often than it occurs: none can be added (RFC 6376 §8.15).
        case overSigned
    }

    /// How often a field occurs, and how often `h=` names it.
    public struct Count: Sendable, Hashable {
        /// Fields of the message.
        public let present: Int
        /// Times that `h=` names the field.
        public let named: Int
    }

    /// What is signed matters most here: who wrote to whom, what about, when, and how the body is to be read.
    public static let essential: Set<Field> = [
        .from, .to, .subject, .date, .mimeVersion, .contentType, .contentTransferEncoding, .contentDisposition,
    ]

    private let counts: [Field: Count]

    init(of signedNames: [[UInt8]], in header: SignedHeader) {
        var named: [[UInt8]: Int] = [:]
        for name in signedNames { named[name.map(\.lowercasedASCII), default: 0] += 1 }
        var counts: [Field: Count] = [:]
        for field in Field.allCases {
            let name = Array(field.rawValue.utf8)
            counts[field] = Count(present: header.count(of: name), named: named[name] ?? 0)
        }
        self.counts = counts
    }

    /// How often a field occurs, and is named.
    public func count(_ field: Field) -> Count { counts[field] ?? Count(present: 0, named: 0) }

    /// What the signature says of a field.
    public func state(_ field: Field) -> State {
        let count = count(field)
        if count.named > count.present { return .overSigned }
        if count.present == 0 { return .absent }
        if count.named == 0 { return .unsigned }
        return count.named == count.present ? .signed : .partlySigned
    }

    /// Whether nothing that a reader sees of these fields is unsigned: From is there once and signed, each of the
    /// others is there once and signed, or not there at all.
    public func protects(_ fields: Set<Field> = essential) -> Bool {
        guard count(.from).present == 1 else { return false }
        return fields.union([.from]).allSatisfy { field in
            let count = count(field)
            return count.present == 0 || (count.present == 1 && count.named > 0)
        }
    }
}
