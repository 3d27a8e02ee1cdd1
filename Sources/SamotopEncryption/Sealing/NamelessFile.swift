#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// Encrypted copies that are too large for memory: a file that has no name and goes with its last reader.
final class NamelessFile: MailContent {
    private let file: CInt
    let count: Int

    /// Writes octets, which must not be readable by anybody but their recipient, into a file in a folder.
    init(_ octets: [UInt8], in folder: String) throws(DeliveryError) {
        let path = "\(folder)/.sealed.\(getpid()).\(UInt64.random(in: .min ... .max))"
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Self.failure("open") }
        unlink(path)
        self.file = file
        count = octets.count
        var written = 0
        while written < octets.count {
            let count = octets[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write") }
            written += count
        }
    }

    deinit { close(file) }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        var offset = 0
        while offset < count {
            let length = chunk.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(offset)) }
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { throw Self.failure("pread") }
            offset += length
            try body(chunk.span.extracting(0..<length))
        }
    }

    private static func failure(_ call: String) -> DeliveryError {
        let isFull = errno == ENOSPC || errno == EDQUOT
        let cause = "an encrypted copy: \(call), error \(errno)"
        return isFull ? .insufficientStorage(cause: cause) : .failed(cause: cause)
    }
}
