/// What `statvfs` tells of a file system.
struct SpaceFacts: Sendable, Hashable {
    /// Octets that we may still use.
    var freeBytes: UInt64
    /// Files that we may still make; nil when the file system has no fixed number.
    var freeFiles: UInt64?
    var isReadOnly: Bool
}
