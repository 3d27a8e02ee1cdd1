#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whose mail is encrypted, and to which keys.
public protocol RecipientKeys: Sendable {
    /// The keys of a mailbox as they are at this moment. Blocks: call it from a storage thread.
    ///
    /// - Parameter mailbox: the opaque name that a directory's table gave it.
    /// - Returns: nil when nobody has given a key for it.
    /// - Throws: ``KeyAccessError``: there is something, and no key can be had from it. Nothing may be delivered then.
    func recipient(of mailbox: String) throws(KeyAccessError) -> (any EncryptionRecipient)?
}

/// Why a mailbox's keys can't be had.
public enum KeyAccessError: Error, Sendable, Hashable {
    /// What is there is no usable file of keys.
    case problem(KeyProblem)
    /// A file or folder failed; the call and the number of its error.
    case failed(call: String, number: Int32)
}

extension KeyAccessError: CustomStringConvertible {
    /// What is wrong. Names nobody.
    public var description: String {
        switch self {
        case .problem(let problem): "\(problem)"
        case .failed(let call, let number):
            "\(call): \(strerror(number).map { String(cString: $0) } ?? "error \(number)")"
        }
    }
}
