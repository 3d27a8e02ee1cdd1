/// What was found in a folder of a mailbox, or in its inbox.
public struct FolderContents: Sendable, Hashable {
    /// Tells this folder from one that was made later in its place.
    public let identity: UInt64
    /// In no particular order.
    public let messages: [FiledMessage]
}
