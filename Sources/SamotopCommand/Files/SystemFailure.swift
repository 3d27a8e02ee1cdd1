#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call that failed.
struct SystemFailure: Error, Hashable, Sendable {
    /// For example `open`.
    let call: String
    let number: CInt

    /// The failure that `errno` tells of.
    init(_ call: String, _ number: CInt = errno) {
        self.call = call
        self.number = number
    }
}

extension SystemFailure: CustomStringConvertible {
    /// The system's words, for example `No such file or directory`.
    var description: String {
        guard let words = strerror(number) else { return "\(call): error \(number)" }
        return String(cString: words)
    }
}
