#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call that failed.
struct DiskError: Error, Sendable, Hashable {
    /// The call's name, for example `pwrite`.
    let call: String
    /// `errno`.
    let code: CInt

    /// ENOSPC is also what running out of inodes looks like.
    var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// What the queue is told.
    var storeError: QueueStoreError {
        isFull
            ? .insufficientStorage(cause: "queue, \(call): no space (errno \(code))")
            : .interrupted(cause: "queue, \(call): errno \(code)")
    }

    /// What is told of a store that can't be opened.
    var openingError: QueueStoreError { isFull ? storeError : .failed(cause: "queue, \(call): errno \(code)") }
}
