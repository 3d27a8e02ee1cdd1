#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small file that only its owner may read: a key. Blocks.
public enum SecretFile {
    /// Octets that such a file may have.
    public static let maximumLength = 16 << 10

    /// Why a file can't be had, and what to do.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The file.
        public let path: String
        /// For the operator.
        public let words: String

        init(_ path: String, _ words: String) {
            self.path = path
            self.words = words
        }

        /// From the call that failed just now.
        init(_ path: String, call: String) {
            let number = errno
            self.init(path, "\(call): \(String(cString: strerror(number)))")
        }

        /// The file and what is wrong with it.
        public var description: String { "\(path): \(words)" }
    }

    /// The octets of a file that isn't open to every user of the machine.
    public static func read(_ path: String) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw Failure(path, call: "can't be opened") }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw Failure(path, call: "fstat") }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw Failure(path, "it is no file") }
        guard facts.st_mode & 0o007 == 0 else {
            throw Failure(path, "every user of this machine may read or change it; do chmod o-rwx, and make a new key")
        }
        var octets = [UInt8](repeating: 0, count: maximumLength + 1)
        var count = 0
        while count < octets.count {
            let taken = octets.withUnsafeMutableBytes { Self.read(file, into: $0, at: count) }
            guard taken >= 0 else { throw Failure(path, call: "read") }
            guard taken > 0 else { break }
            count += taken
        }
        guard count <= maximumLength else { throw Failure(path, "it has more than \(maximumLength) octets: no key") }
        return Array(octets[..<count])
    }

    /// Makes a file that is there whole, for its owner alone (0600) from its first octet on, or not at all, also over a power cut. One
    /// that is there already is left as it is, and is a failure.
    public static func create(_ octets: [UInt8], at path: String) throws(Failure) {
        let temporary = "\(path).\(getpid()).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Failure(path, call: "can't be made") }
        defer { unlink(temporary) }
        try fill(file, with: octets, path)
        // Unlike rename, it never takes the place of another file.
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { throw Failure(path, "it is there already; choose another name, or move it away") }
            throw Failure(path, call: "link")
        }
        try sync(folderOf: path)
    }

    /// The octets of a file; random ones are made, and the file with them, when it isn't there.
    ///
    /// - Parameter length: of what is made, and of what is read: another one is a failure.
    public static func readOrMake(_ path: String, length: Int) throws(Failure) -> [UInt8] {
        if access(path, F_OK) != 0, errno == ENOENT {
            var generator = SystemRandomNumberGenerator()
            let made = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            try create(made, at: path)
            return made
        }
        let octets = try read(path)
        guard octets.count == length else {
            throw Failure(path, "it isn't a key of \(length) octets; restore it from a backup, or move it away")
        }
        return octets
    }

    /// Writes, flushes and closes.
    private static func fill(_ file: CInt, with octets: [UInt8], _ path: String) throws(Failure) {
        defer { close(file) }
        var written = 0
        while written < octets.count {
            let count = octets.withUnsafeBytes { Self.write($0, to: file, from: written) }
            guard count > 0 else { throw Failure(path, call: "write") }
            written += count
        }
        guard fchmod(file, 0o600) == 0, fsync(file) == 0 else { throw Failure(path, call: "fsync") }
    }

    private static func sync(folderOf path: String) throws(Failure) {
        let end = path.lastIndex(of: "/")
        let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure(path, call: "open") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure(path, call: "fsync") }
    }

    private static func read(_ file: CInt, into buffer: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
        while true {
            let count = systemRead(file, rest.baseAddress, rest.count)
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private static func write(_ buffer: UnsafeRawBufferPointer, to file: CInt, from start: Int) -> Int {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
        while true {
            let count = systemWrite(file, rest.baseAddress, rest.count)
            if count >= 0 || errno != EINTR { return count }
        }
    }
}

// The names `read` and `write` belong to SecretFile inside it.
private func systemRead(_ file: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, buffer, count)
}
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
