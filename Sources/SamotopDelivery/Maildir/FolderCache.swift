import SamotopCore
import Synchronization

/// Keeps the folders of the mailboxes that were used last open, so that a delivery walks no path.
final class FolderCache: Sendable {
    private struct Entry {
        let folder: MaildirFolder
        var checked: Int64
        var used: UInt64
    }
    private struct State {
        var entries: [String: Entry] = [:]
        var uses: UInt64 = 0
        /// Mailboxes whose path is durable; no more than the tables have.
        var settled: Set<String> = []
    }
    private let folders: [String: MailboxFolder]
    private let opener: FolderOpener
    private let clock: any WallClock
    private let capacity: Int
    private let state = Mutex(State())

    /// Seconds after which a folder is looked up by its path again, in case the operator moved or replaced it.
    static let recheckSeconds: Int64 = 10

    init(_ folders: [String: MailboxFolder], opener: FolderOpener, clock: any WallClock, capacity: Int) {
        self.folders = folders
        self.opener = opener
        self.clock = clock
        self.capacity = max(1, capacity)
    }

    /// The folder of a mailbox, opened and checked.
    func folder(named name: String) throws(DeliveryError) -> MaildirFolder {
        let now = clock.now().seconds
        let (known, settled): (MaildirFolder?, Bool) = state.withLock { state in
            state.uses &+= 1
            let uses = state.uses
            let settled = state.settled.contains(name)
            guard let entry = state.entries[name], !entry.folder.isBroken else { return (nil, settled) }
            state.entries[name]?.used = uses
            // A clock that was set back counts as expired.
            return ((0..<Self.recheckSeconds).contains(now &- entry.checked) ? entry.folder : nil, settled)
        }
        if let known { return known }
        guard let path = folders[name] else { throw .failed(cause: "mailbox \(name): not in the tables") }
        do {
            return keep(try opener.open(path, name: name, settled: settled), now)
        } catch {
            forget(name)
            throw error
        }
    }

    /// Closes a folder after its last user is done; the next use opens it anew.
    func forget(_ name: String) {
        let forgotten = state.withLock { $0.entries.removeValue(forKey: name) }
        // Closing happens here, outside the lock.
        _ = consume forgotten
    }

    private func keep(_ opened: MaildirFolder, _ now: Int64) -> MaildirFolder {
        let (kept, evicted): (MaildirFolder, [Entry]) = state.withLock { state in
            state.settled.insert(opened.name)
            if let entry = state.entries[opened.name], !entry.folder.isBroken, entry.folder.isSame(as: opened) {
                state.entries[opened.name]?.checked = now
                return (entry.folder, [])
            }
            var evicted: [Entry] = []
            if state.entries[opened.name] == nil, state.entries.count >= capacity,
                let oldest = state.entries.min(by: { $0.value.used < $1.value.used })
            {
                state.entries[oldest.key] = nil
                evicted.append(oldest.value)
            }
            if let old = state.entries[opened.name] { evicted.append(old) }
            state.entries[opened.name] = Entry(folder: opened, checked: now, used: state.uses)
            return (opened, evicted)
        }
        _ = consume evicted
        return kept
    }
}
