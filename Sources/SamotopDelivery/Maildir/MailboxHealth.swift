import SMTP
import SamotopCore
import Synchronization

/// Whether mailboxes can take mail now, asked again after some seconds.
final class MailboxHealth: Sendable {
    /// An answer, good for some seconds.
    struct Answer: Sendable {
        let asked: Int64
        /// nil: the mailbox takes mail.
        let refusal: Refusal?
    }
    private let folders: FolderCache
    /// Mailboxes that are made when their first mail comes, and not when somebody asks.
    private let madeWhenNeeded: Set<String>
    private let settings: MaildirSettings
    private let clock: any WallClock
    private let fileSystem: any FileSystem
    /// No more than the tables have mailboxes.
    private let answers = Mutex<[String: Answer]>([:])

    init(
        folders: FolderCache, madeWhenNeeded: Set<String> = [], settings: MaildirSettings, clock: any WallClock,
        fileSystem: any FileSystem
    ) {
        self.folders = folders
        self.madeWhenNeeded = madeWhenNeeded
        self.settings = settings
        self.clock = clock
        self.fileSystem = fileSystem
    }

    /// The last answer, if it is still good. Never waits.
    func known(_ name: String) -> Answer? {
        guard let answer = answers.withLock({ $0[name] }) else { return nil }
        return (0..<settings.healthSeconds).contains(clock.now().seconds &- answer.asked) ? answer : nil
    }

    /// Looks at the device. Blocks.
    func ask(_ name: String) -> Refusal? {
        let asked = clock.now().seconds
        let refusal = look(name)
        answers.withLock { $0[name] = Answer(asked: asked, refusal: refusal) }
        return refusal
    }

    private func look(_ name: String) -> Refusal? {
        do throws(DeliveryError) {
            let folder: MaildirFolder
            if madeWhenNeeded.contains(name) {
                guard let found = try folders.existingFolder(at: MailboxPlace(name)) else { return nil }
                folder = found
            } else {
                folder = try folders.folder(at: MailboxPlace(name))
            }
            do throws(SystemCallError) {
                let space = try fileSystem.space(of: folder.new.descriptor)
                if space.isReadOnly { return Refusal(.localError, cause: "mailbox \(name): read-only") }
                if space.freeBytes < settings.reservedBytes || (space.freeFiles ?? .max) < settings.reservedFiles {
                    return Refusal(.insufficientStorage, cause: "mailbox \(name): no space left")
                }
                try fileSystem.checkWritable(folder.temporary.descriptor)
                try fileSystem.checkWritable(folder.new.descriptor)
                return nil
            } catch { throw error.deliveryError("mailbox \(name)") }
        } catch {
            switch error {
            case .insufficientStorage(let cause): return Refusal(.insufficientStorage, cause: cause)
            case .failed(let cause): return Refusal(.localError, cause: cause)
            }
        }
    }
}
