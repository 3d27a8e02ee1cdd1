#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Held while the stores are being opened: a server's first start and a command must not both make them. It lives in the kernel,
/// so no stale lock is left by a crash.
final class OpeningLock: Sendable {
    private let file: CInt

    /// Waits for whoever holds it.
    init(in folder: String) throws(SystemFailure) {
        file = open(folder + "/contacts.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemFailure("open") }
        guard Retry.interrupted({ flock(file, LOCK_EX) }) == 0 else {
            let failure = SystemFailure("flock")
            close(file)
            throw failure
        }
    }

    deinit { close(file) }
}
