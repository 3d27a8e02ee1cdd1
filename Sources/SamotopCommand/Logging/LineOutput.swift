#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where lines go.
protocol LineOutput: Sendable {
    /// Takes a line without its end.
    func write(_ line: String)
}

/// Standard error, a line in one write: lines of several threads don't mix.
struct StandardError: LineOutput {
    func write(_ line: String) { Self.write(line, to: 2) }

    /// Writes a line to a descriptor. What can't be written is lost: a log must not stop the mail.
    static func write(_ line: String, to descriptor: CInt) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { rest in
                Retry.interrupted { systemWrite(descriptor, rest.baseAddress, rest.count) }
            }
            guard count > 0 else { return }
            written += count
        }
    }
}

/// Standard output, for what a person asked to see.
struct StandardOutput: LineOutput {
    func write(_ line: String) { StandardError.write(line, to: 1) }
}

// The name `write` belongs to the types inside them.
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
