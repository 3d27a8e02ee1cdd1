/// The fields that an entity has at most once (RFC 5322 §3.6; RFC 2045, RFC 2183).
enum SingletonField: Int, CaseIterable {
    case contentType, transferEncoding, disposition, contentID, version
    case from, sender, replyTo, to, cc, bcc, date, messageID, inReplyTo, references, subject

    private static let names: [[UInt8]] = [
        "content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version",
        "from", "sender", "reply-to", "to", "cc", "bcc", "date", "message-id", "in-reply-to", "references", "subject",
    ].map { Array($0.utf8) }

    init?(_ name: ArraySlice<UInt8>) {
        for (index, known) in Self.names.enumerated()
        where known.count == name.count && equalIgnoringASCIICase(known, name) {
            self.init(rawValue: index)
            return
        }
        return nil
    }

    /// Counts in every entity, not only in one that is a message.
    var isOfMIME: Bool { rawValue <= Self.version.rawValue }
}
