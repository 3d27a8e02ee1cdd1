#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// What was removed of a mailbox.
struct ExpiredMail {
    /// Messages.
    var count = 0
    /// What of it counted for the mailbox's quota.
    var use = MailboxUse()
}

/// Removes messages that came more than some days ago: from the inbox and all folders, read or not.
///
/// When a message came is what its file's name begins with, and the day counts, not the second; of a name that tells no time, it is
/// when the file was last written. When it was last read counts nothing.
struct MessageExpiry {
    let days: Int
    let now: Timestamp
    let fileSystem: any FileSystem

    /// True when the message's last day is over.
    func isOver(_ name: String, _ facts: FileFacts) -> Bool {
        let day = MaildirNaming.beginning(ofDay: MaildirName.time(of: name) ?? facts.modified)
        let (age, overflow) = MaildirNaming.beginning(ofDay: now.seconds).subtractingReportingOverflow(day)
        return !overflow && age / MaildirNaming.day > Int64(days)
    }

    /// Removes those that are over, and adds them to `expired`. Durable on return.
    func expire(in folder: MaildirFolder, _ expired: inout ExpiredMail) throws(DeliveryError) {
        do throws(SystemCallError) {
            for step in [".", "../cur"] {
                let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
                let directory = try fileSystem.openAll(step, in: folder.new.descriptor, flags: flags)
                defer { try? fileSystem.closeAll(directory) }
                var removed = 0
                for name in try fileSystem.names(in: directory) {
                    // One that can't be asked about has just been moved by its reader: it is looked at tomorrow.
                    guard let facts = try? fileSystem.facts(of: name, in: directory), facts.kind == .file,
                        isOver(name, facts)
                    else { continue }
                    try fileSystem.remove(name, in: directory)
                    removed += 1
                    expired.count += 1
                    guard let size = QuotaFile.size(of: name, facts, in: folder.place.folder) else { continue }
                    expired.use.octets = expired.use.octets.addingReportingOverflow(size).partialValue
                    expired.use.messages += 1
                }
                if removed > 0 { try fileSystem.syncAll(directory) }
            }
        } catch { throw error.deliveryError("mailbox \(folder.name), its old messages") }
    }
}
