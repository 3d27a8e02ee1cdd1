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
    /// The call's name, for example `fsync`.
    let call: String
    /// `errno`.
    let code: CInt

    /// What the operator reads, for example `fsync: EIO`. Holds no path.
    var cause: String { "\(call): \(Self.names[code] ?? "errno \(code)")" }

    /// The error for whoever delivers: no room (RFC 5321 §4.3.2's 452) or another local failure (451).
    func deliveryError(_ place: String) -> DeliveryError {
        switch code {
        // ENOSPC is also what running out of inodes looks like.
        case ENOSPC, EDQUOT: .insufficientStorage(cause: "\(place): \(cause)")
        default: .failed(cause: "\(place): \(cause)")
        }
    }

    private static let names: [CInt: String] = [
        EPERM: "EPERM", ENOENT: "ENOENT", EINTR: "EINTR", EIO: "EIO", EBADF: "EBADF", EAGAIN: "EAGAIN",
        ENOMEM: "ENOMEM",
        EACCES: "EACCES", EEXIST: "EEXIST", EXDEV: "EXDEV", ENOTDIR: "ENOTDIR", EISDIR: "EISDIR", EINVAL: "EINVAL",
        ENFILE: "ENFILE", EMFILE: "EMFILE", EFBIG: "EFBIG", ENOSPC: "ENOSPC", EROFS: "EROFS", EMLINK: "EMLINK",
        ENAMETOOLONG: "ENAMETOOLONG", ELOOP: "ELOOP", EDQUOT: "EDQUOT", ESTALE: "ESTALE", ENOTSUP: "ENOTSUP",
    ]
}
