#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// A system call that failed.
struct SystemCallError: Error, Sendable, Hashable {
    /// The call's name, for example `pwrite`.
    let call: String
    /// `errno`.
    let code: CInt

    /// The error for the session: no room (452) or another local failure (451).
    var spoolError: SpoolError {
        switch code {
        // ENOSPC is also what running out of inodes looks like.
        case ENOSPC, EDQUOT: .insufficientStorage(cause: "spool, \(call): no space (errno \(code))")
        default: .failed(cause: "spool, \(call): errno \(code)")
        }
    }
}
