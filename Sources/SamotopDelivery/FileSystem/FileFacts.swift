/// What `stat` tells of a file or folder.
struct FileFacts: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case file, directory, symbolicLink, other }
    var kind: Kind
    var device: UInt64
    var inode: UInt64
    var owner: UInt32
    /// Somebody else than the owner may write.
    var isOpenToOthers: Bool
    /// Octets.
    var size: UInt64
    /// Last change of the content, in seconds since 1970.
    var modified: Int64
    /// The rest of it.
    var modifiedNanoseconds: Int64 = 0
    /// Last change of the content, the name or the links, in seconds since 1970.
    var changed: Int64
}
