/// What was found in a folder of a mailbox, or in its inbox.
public struct FolderContents: Sendable, Hashable {
    /// Tells this folder from one that was made later in its place.
    public let identity: FolderIdentity
    /// In no particular order.
    public let messages: [FiledMessage]
}

/// A folder as a thing, whatever its name.
public struct FolderIdentity: Sendable, Hashable {
    /// Of its `new`.
    let inode: UInt64
    /// When its `maildirfolder` was made: file systems use the numbers of what was removed again. 0 without one.
    let made: Int64
}
