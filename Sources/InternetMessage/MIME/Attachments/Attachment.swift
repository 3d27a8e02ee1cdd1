/// A part to keep rather than to read.
public struct Attachment: Hashable, Sendable {
    /// Its place in ``MIMEMessage/entities``.
    public let entity: Int
    /// What it may be called.
    public let name: AttachmentName
}
