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

    /// What a reader is shown, and how the body is read. Each may be there once (RFC 5322 §3.6, RFC 2045 §3): of two, readers
    /// take one or the other, whichever was signed.
    public static let shown: Set<Field> = [
        .from, .sender, .replyTo, .to, .cc, .subject, .date, .mimeVersion, .contentType, .contentTransferEncoding,
    ]

    /// In the order of ``Field/allCases``.
    private let counts: [Count]

    init(of names: SignedNames, in header: SignedHeader) {
        var named = [Int](repeating: 0, count: Field.names.count)
        for name in names {
            if let index = Field.index(of: name) { named[index] += 1 }
        }
        counts = zip(header.counts, named).map(Count.init)
    }

    /// How often a field occurs, and is named.
    public func count(_ field: Field) -> Count {
        Field.allCases.firstIndex(of: field).map { counts[$0] } ?? Count(present: 0, named: 0)
    }

    /// What the signature says of a field.
    public func state(_ field: Field) -> State {
        let count = count(field)
        if count.named > count.present { return .overSigned }
        if count.present == 0 { return .absent }
        if count.named == 0 { return .unsigned }
        return count.named == count.present ? .signed : .partlySigned
    }

    /// Which of these fields could be changed, or added, without breaking the signature's cover of what is there.
    public func unprotected(_ fields: Set<Field> = essential) -> [Field] {
        Field.allCases.filter { field in
            let count = count(field)
            return fields.contains(field) && count.present > 0 && (count.present > 1 || count.named == 0)
        }
    }

    /// Whether nothing that a reader sees of these fields is unsigned: From is there once and signed, each of the others is
    /// there once and signed, or not there at all.
    public func protects(_ fields: Set<Field> = essential) -> Bool {
        guard count(.from).present == 1 else { return false }
        return unprotected(fields.union([.from])).isEmpty
    }
}

extension SignatureCoverage.Field {
    /// The octets of each case's name, in the order of ``allCases``.
    static let names = allCases.map { Array($0.rawValue.utf8) }

    /// No two of them are the same.
    private static let keys = names.map { FieldNameKey($0) }

    /// The place in ``allCases`` of the case with this name, ASCII case ignored.
    static func index(of name: ArraySlice<UInt8>) -> Int? {
        let key = FieldNameKey(name)
        let keys = keys
        for index in keys.indices where keys[index] == key {
            return key.isWhole || equalIgnoringASCIICase(names[index], name) ? index : nil
        }
        return nil
    }
}
