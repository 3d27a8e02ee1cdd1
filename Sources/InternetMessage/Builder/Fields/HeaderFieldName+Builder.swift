extension HeaderFieldName {
    /// `Sender`
    public static let sender = HeaderFieldName(known: "Sender")
    /// `Reply-To`
    public static let replyTo = HeaderFieldName(known: "Reply-To")
    /// `Bcc`
    public static let bcc = HeaderFieldName(known: "Bcc")
    /// `In-Reply-To`
    public static let inReplyTo = HeaderFieldName(known: "In-Reply-To")
    /// `References`
    public static let references = HeaderFieldName(known: "References")
    /// `User-Agent` (RFC 5536 §3.2.13)
    public static let userAgent = HeaderFieldName(known: "User-Agent")
    /// `Auto-Submitted` (RFC 3834 §5)
    public static let autoSubmitted = HeaderFieldName(known: "Auto-Submitted")
    /// `MIME-Version` (RFC 2045 §4)
    public static let mimeVersion = HeaderFieldName(known: "MIME-Version")
    /// `Content-Type` (RFC 2045 §5)
    public static let contentType = HeaderFieldName(known: "Content-Type")
    /// `Content-Transfer-Encoding` (RFC 2045 §6)
    public static let contentTransferEncoding = HeaderFieldName(known: "Content-Transfer-Encoding")
    /// `Content-Disposition` (RFC 2183)
    public static let contentDisposition = HeaderFieldName(known: "Content-Disposition")
    /// `Content-ID` (RFC 2045 §7)
    public static let contentID = HeaderFieldName(known: "Content-ID")
    /// `Content-Description` (RFC 2045 §8)
    public static let contentDescription = HeaderFieldName(known: "Content-Description")

    /// The fields that stand first in a message that is built, in this order.
    static let leading: [HeaderFieldName] = [
        .date, .from, .sender, .replyTo, .to, .cc, .bcc, .messageID, .inReplyTo, .references, .subject,
    ]

    /// The builder writes it by itself.
    var isOfMIME: Bool {
        self == .mimeVersion || equalIgnoringASCIICase(bytes.prefix(8), "Content-".utf8)
    }
}
