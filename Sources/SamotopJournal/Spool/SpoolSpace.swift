/// What `statvfs` tells of the spool's file system.
struct SpoolSpace: Sendable, Hashable {
    /// Octets that we may still use.
    var freeBytes: UInt64
    /// Files that we may still make; nil when the file system has no fixed number.
    var freeFiles: UInt64?
    var isReadOnly: Bool
}
