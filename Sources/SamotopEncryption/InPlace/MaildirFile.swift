#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One message's file, which gets other octets under the same name, but for the size in it.
struct MaildirFile {
    let folder: String
    let part: String
    let name: String

    /// Puts octets in the file's place.
    ///
    /// - Returns: the new file's name; nil when a reader has renamed the old one meanwhile, which then is all there is.
    func replace(with octets: [UInt8]) throws(KeyAccessError) -> String? {
        let path = "\(folder)/\(part)/\(name)"
        var old = stat()
        guard stat(path, &old) == 0 else { return nil }
        let made = Self.name(name, size: octets.count)
        let target = "\(folder)/\(part)/\(made)"
        let temporary = "\(folder)/tmp/\(made.prefix { $0 != ":" }).\(getpid())"
        try write(octets, temporary, old)
        if made == name {
            guard rename(temporary, path) == 0 else { throw failure("rename", temporary) }
            try KeyFile.sync("\(folder)/\(part)")
            return made
        }
        // A copy of an earlier run that was cut short: linked, so it was whole.
        if link(temporary, target) != 0, errno != EEXIST { throw failure("link", temporary) }
        unlink(temporary)
        try KeyFile.sync("\(folder)/\(part)")
        guard unlink(path) == 0 else {
            unlink(target)
            return nil
        }
        try KeyFile.sync("\(folder)/\(part)")
        return made
    }

    private func write(_ octets: [UInt8], _ path: String, _ old: stat) throws(KeyAccessError) {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, old.st_mode & 0o777)
        guard file >= 0 else { throw .failed(call: "open", number: errno) }
        defer { close(file) }
        var written = 0
        while written < octets.count {
            let count = octets[written...].withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            written += count
        }
        // Root writes for others; IMAP's INTERNALDATE is the file's time.
        if geteuid() == 0, fchown(file, old.st_uid, old.st_gid) != 0 { throw failure("fchown", path) }
        #if os(Linux)
            let times = [old.st_atim, old.st_mtim]
        #else
            let times = [old.st_atimespec, old.st_mtimespec]
        #endif
        guard futimens(file, times) == 0 else { throw failure("futimens", path) }
        guard fsync(file) == 0 else { throw failure("fsync", path) }
    }

    private func failure(_ call: String, _ temporary: String) -> KeyAccessError {
        let number = errno
        unlink(temporary)
        return .failed(call: call, number: number)
    }

    /// What stays of a name when sizes and flags change.
    static func base(of name: String) -> Substring { name.prefix { $0 != "," && $0 != ":" } }

    /// The name with another size behind `,S=`, from which Dovecot knows it; its `,W=`, the size with CRLF, goes.
    static func name(_ name: String, size: Int) -> String {
        let colon = name.firstIndex(of: ":") ?? name.endIndex
        let parts = name[..<colon].split(separator: ",", omittingEmptySubsequences: false)
        let kept = parts.dropFirst().filter { !$0.hasPrefix("W=") }.map { $0.hasPrefix("S=") ? "S=\(size)" : "\($0)" }
        return ([String(parts.first ?? "")] + kept).joined(separator: ",") + name[colon...]
    }
}

// The name `write` belongs to MaildirFile inside it.
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
