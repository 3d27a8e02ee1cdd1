#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `maildirsize` of a Maildir, in which all programs at it keep how much it holds (Maildir++): messages that change their sizes are told
/// there.
///
/// Nothing of it is flushed, and what can't be told is no fault: it is counted anew now and then.
struct MaildirSizeFile {
    let root: String

    /// What counts of a message's file; nil: nothing.
    func size(of name: String, in folder: String, octets: Int) -> Int? {
        let flags = name.firstRange(of: ":2,").map { name[$0.upperBound...] } ?? ""
        if folder == "\(root)/.Trash" || flags.contains("T") { return nil }
        let told = name.split(separator: ",").first { $0.hasPrefix("S=") }
        return told.flatMap { Int($0.dropFirst(2).prefix { $0 != ":" }) } ?? octets
    }

    /// Adds a difference, if there is such a file.
    func add(_ octets: Int) {
        guard octets != 0 else { return }
        let file = open("\(root)/maildirsize", O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return }
        defer { close(file) }
        // At once, so that no other program's line comes between.
        let line = Array("\(octets) 0\n".utf8)
        _ = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }
}
