#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock on the state folder: one samotop at a time. It lives in the kernel, so no stale lock is left by a crash.
final class StateLock: Sendable {
    private let folder: CInt

    enum Failure: Error {
        /// Another process holds it.
        case taken
        case system(SystemFailure)
    }

    /// Takes the lock on a folder that exists, without waiting.
    init(_ path: String) throws(Failure) {
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(SystemFailure("open")) }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            let failure = SystemFailure("flock")
            close(folder)
            throw failure.number == EWOULDBLOCK ? .taken : .system(failure)
        }
    }

    deinit { close(folder) }
}
