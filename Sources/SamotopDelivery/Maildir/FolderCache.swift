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
        var entries: [MailboxPlace: Entry] = [:]
        var uses: UInt64 = 0
        /// Places whose path is durable; no more than the tables have mailboxes, times the folders that mail is filed in.
        var settled: Set<MailboxPlace> = []
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

    /// The folder of a place, opened and checked.
    func folder(at place: MailboxPlace) throws(DeliveryError) -> MaildirFolder {
        let now = clock.now().seconds
        let (known, settled): (MaildirFolder?, Bool) = state.withLock { state in
            state.uses &+= 1
            let uses = state.uses
            let settled = state.settled.contains(place)
            guard let entry = state.entries[place], !entry.folder.isBroken else { return (nil, settled) }
            state.entries[place]?.used = uses
            // A clock that was set back counts as expired.
            return ((0..<Self.recheckSeconds).contains(now &- entry.checked) ? entry.folder : nil, settled)
        }
        if let known { return known }
        guard let path = folders[place.mailbox] else {
            throw .failed(cause: "mailbox \(place.mailbox): not in the tables")
        }
        do {
            return keep(try opener.open(path, place, settled: settled), now)
        } catch {
            forget(place)
            throw error
        }
    }

    /// The folder of a place as its path leads to it now; nil when it isn't there. Makes nothing, keeps nothing.
    func existingFolder(at place: MailboxPlace) throws(DeliveryError) -> MaildirFolder? {
        guard let path = folders[place.mailbox] else {
            throw .failed(cause: "mailbox \(place.mailbox): not in the tables")
        }
        return try opener.openExisting(path, place)
    }

    /// The inbox, made if it is missing where the mailbox has other folders; nil when nothing is there yet.
    func inbox(of mailbox: String) throws(DeliveryError) -> MaildirFolder? {
        let place = MailboxPlace(mailbox)
        guard let path = folders[mailbox] else {
            throw .failed(cause: "mailbox \(mailbox): not in the tables")
        }
        return try opener.isThere(path, place) ? try folder(at: place) : nil
    }

    /// Closes a folder after its last user is done; the next use opens it anew.
    func forget(_ place: MailboxPlace) {
        let forgotten = state.withLock { $0.entries.removeValue(forKey: place) }
        // Closing happens here, outside the lock.
        _ = consume forgotten
    }

    private func keep(_ opened: MaildirFolder, _ now: Int64) -> MaildirFolder {
        let (kept, evicted): (MaildirFolder, [Entry]) = state.withLock { state in
            state.settled.insert(opened.place)
            if let entry = state.entries[opened.place], !entry.folder.isBroken, entry.folder.isSame(as: opened) {
                state.entries[opened.place]?.checked = now
                return (entry.folder, [])
            }
            var evicted: [Entry] = []
            if state.entries[opened.place] == nil, state.entries.count >= capacity,
                let oldest = state.entries.min(by: { $0.value.used < $1.value.used })
            {
                state.entries[oldest.key] = nil
                evicted.append(oldest.value)
            }
            if let old = state.entries[opened.place] { evicted.append(old) }
            state.entries[opened.place] = Entry(folder: opened, checked: now, used: state.uses)
            return (opened, evicted)
        }
        _ = consume evicted
        return kept
    }
}
