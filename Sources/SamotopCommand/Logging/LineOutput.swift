#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where lines go.
protocol LineOutput: Sendable {
    /// Takes lines without their ends.
    func write(_ lines: [String])
}

extension LineOutput {
    /// Takes a line without its end.
    func write(_ line: String) { write([line]) }
}

/// Standard error, lines in one write: those of several threads don't mix.
struct StandardError: LineOutput {
    func write(_ lines: [String]) { Self.write(lines, to: 2) }

    /// Writes lines to a descriptor. What can't be written is lost: a log must not stop the mail.
    static func write(_ lines: [String], to descriptor: CInt) {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
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
    func write(_ lines: [String]) { StandardError.write(lines, to: 1) }
}

// The name `write` belongs to the types inside them.
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
