#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// `maildirsize` of one mailbox: read, added to, and made anew by looking at all messages.
///
/// Nothing of it is flushed: what a crash takes away is counted anew. Blocks.
struct QuotaFile {
    static let name = "maildirsize"
    /// Seconds after which a mailbox that seems full is counted anew: somebody may have removed messages without a word.
    static let recountSeconds: Int64 = 15 * 60
    /// The folder that doesn't count.
    private static let trash = "Trash"

    let inbox: MaildirFolder
    let folders: FolderCache
    let quota: MailboxQuota
    let now: Int64

    private var fileSystem: any FileSystem { inbox.fileSystem }

    /// How much the mailbox holds; counted anew when the file is missing, too long, no such file, or of another quota.
    func use() throws(DeliveryError) -> MailboxUse {
        if let known = try read(), quota.limits(like: known.size.quota) { return known.size.use }
        return try recount()
    }

    /// Whether a message has room. What seems full is counted anew, unless it just was.
    func hasRoom(for size: UInt64) throws(DeliveryError) -> Bool {
        guard let known = try read(), quota.limits(like: known.size.quota) else {
            return quota.hasRoom(for: size, in: try recount())
        }
        if quota.hasRoom(for: size, in: known.size.use) { return true }
        let isFresh = known.size.changes <= 1 && now - known.modified < Self.recountSeconds
        return isFresh ? false : quota.hasRoom(for: size, in: try recount())
    }

    /// Notes what came in, or with negative numbers what was removed. Without a file there is nothing to add to: then it is counted when
    /// somebody asks.
    func add(octets: Int64, messages: Int64) {
        try? inBox { box throws(SystemCallError) in
            let file = try fileSystem.openAll(Self.name, in: box, flags: O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK)
            defer { try? fileSystem.closeAll(file) }
            try write(MaildirSize.line(octets, messages), to: file)
        }
    }

    /// The file as it is; nil: it has to be made anew.
    private func read() throws(DeliveryError) -> (size: MaildirSize, modified: Int64)? {
        do throws(SystemCallError) {
            return try inBox { box throws(SystemCallError) in
                let file: CInt
                do throws(SystemCallError) {
                    file = try fileSystem.openAll(Self.name, in: box, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
                } catch {
                    if error.code == ENOENT || error.code == ELOOP { return nil }
                    throw error
                }
                defer { try? fileSystem.closeAll(file) }
                let facts = try fileSystem.facts(of: file)
                guard facts.kind == .file, facts.size < UInt64(MaildirSize.longest) else { return nil }
                let octets = try fileSystem.read(MaildirSize.longest, from: file, at: 0)
                return MaildirSize(octets).map { ($0, facts.modified) }
            }
        } catch { throw error.deliveryError("mailbox \(inbox.name), \(Self.name)") }
    }

    /// Counts all messages, and writes the file anew. When somebody changes a folder meanwhile, the sum is good for now, and no file
    /// is left for others to add to.
    private func recount() throws(DeliveryError) -> MailboxUse {
        var use = MailboxUse()
        var places = [inbox]
        for folder in try inbox.readFolders() where folder.text != Self.trash {
            // What is no Maildir of ours isn't ours to count.
            if let found = try? folders.existingFolder(at: MailboxPlace(inbox.place.mailbox, folder: folder)) {
                places.append(found)
            }
        }
        do throws(SystemCallError) {
            let before = try places.map { folder throws(SystemCallError) in try state(of: folder) }
            for folder in places { try count(folder, into: &use) }
            try inBox { box throws(SystemCallError) in
                let temporary = "\(Self.name).\(UInt64.random(in: .min ... .max)).new"
                let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
                let file = try fileSystem.openAll(temporary, in: box, flags: flags, mode: 0o600)
                do throws(SystemCallError) {
                    defer { try? fileSystem.closeAll(file) }
                    try write(MaildirSize(quota: quota, use: use).text, to: file)
                    try fileSystem.rename(temporary, in: box, as: Self.name)
                } catch {
                    try? fileSystem.remove(temporary, in: box)
                    throw error
                }
                let after = try places.map { folder throws(SystemCallError) in try state(of: folder) }
                if after != before { try fileSystem.remove(Self.name, in: box) }
            }
        } catch { throw error.deliveryError("mailbox \(inbox.name), \(Self.name)") }
        return use
    }

    /// When its directories last changed.
    private func state(of folder: MaildirFolder) throws(SystemCallError) -> [FileFacts] {
        [
            try fileSystem.facts(of: ".", in: folder.new.descriptor),
            try fileSystem.facts(of: "../cur", in: folder.new.descriptor),
        ]
    }

    private func count(_ folder: MaildirFolder, into use: inout MailboxUse) throws(SystemCallError) {
        for part in [".", "../cur"] {
            let directory = try fileSystem.openAll(
                part, in: folder.new.descriptor, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            defer { try? fileSystem.closeAll(directory) }
            for name in try fileSystem.names(in: directory) where name.utf8.first != UInt8(ascii: ".") {
                // Those that are to be removed don't count, as nothing in the trash does.
                if Self.isTrashed(name) { continue }
                guard let size = try size(of: name, in: directory) else { continue }
                use.octets = use.octets.addingReportingOverflow(size).partialValue
                use.messages += 1
            }
        }
    }

    /// Nil: it has gone meanwhile.
    private func size(of name: String, in directory: CInt) throws(SystemCallError) -> UInt64? {
        if let size = Self.size(told: name) { return size }
        do throws(SystemCallError) { return try fileSystem.facts(of: name, in: directory).size } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    /// The size that a message's name tells, which counts.
    private static func size(told name: String) -> UInt64? {
        name.split(separator: ",").first { $0.hasPrefix("S=") }
            .flatMap { UInt64($0.dropFirst(2).prefix { $0 != ":" }) }
    }

    /// What counts of a message in a folder; nil: nothing.
    static func size(of name: String, _ facts: FileFacts, in folder: FolderName?) -> UInt64? {
        folder?.text == trash || isTrashed(name) ? nil : size(told: name) ?? facts.size
    }

    static func isTrashed(_ name: String) -> Bool {
        guard let flags = name.firstRange(of: ":2,") else { return false }
        return name[flags.upperBound...].contains("T")
    }

    private func write(_ octets: [UInt8], to file: CInt) throws(SystemCallError) {
        let result: Result<Void, SystemCallError> = octets.withUnsafeBytes { bytes in
            Result { () throws(SystemCallError) in try fileSystem.writeAll(bytes, to: file) }
        }
        try result.get()
    }

    private func inBox<Value>(_ work: (CInt) throws(SystemCallError) -> Value) throws(SystemCallError) -> Value {
        let box = try fileSystem.openAll("..", in: inbox.new.descriptor, flags: O_RDONLY | O_DIRECTORY)
        defer { try? fileSystem.closeAll(box) }
        return try work(box)
    }
}
