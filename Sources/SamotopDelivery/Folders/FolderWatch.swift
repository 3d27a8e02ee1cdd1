#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore
import Synchronization

/// Tells in which mailboxes something changed: inotify(7) on `new` and `cur` of some of their folders.
///
/// A hint, not a promise: file systems of other machines tell nothing, and the number of watches is bounded. Who must not miss
/// anything also looks now and then.
public final class FolderWatch: Sendable {
    /// What changed since it was last asked.
    public struct Changes: Sendable, Hashable {
        /// Names of mailboxes.
        public var mailboxes: Set<String> = []
        /// More happened than the system could keep: look everywhere.
        public var isIncomplete = false

        /// Nothing.
        public init() {}
    }

    private struct State {
        var mailboxes: [CInt: String] = [:]
        var watched: [MailboxPlace: [CInt]] = [:]
    }

    private let mailboxes: Mailboxes
    private let queue: CInt
    private let maximum: Int
    private let state = Mutex(State())

    /// - Parameter maximum: watches, two for each folder.
    public init(_ mailboxes: Mailboxes, maximum: Int = 4_096) {
        self.mailboxes = mailboxes
        self.maximum = maximum
        queue = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
    }

    deinit { if queue >= 0 { _ = close(queue) } }

    /// Watches a folder from now on. False: there is no folder, no room for another watch, or no way to watch it.
    @discardableResult
    public func add(_ folder: FolderName?, of mailbox: String) async -> Bool {
        let place = MailboxPlace(mailbox, folder: folder)
        if state.withLock({ $0.watched[place] != nil }) { return true }
        guard queue >= 0, state.withLock({ $0.mailboxes.count + 2 <= maximum }) else { return false }
        return (try? await mailboxes.threads.run { [self] in try watch(place) }) ?? false
    }

    private func watch(_ place: MailboxPlace) throws -> Bool {
        guard let folder = try mailboxes.folders.existingFolder(at: place) else { return false }
        var watches: [CInt] = []
        for step in ["new", "cur"] {
            // By descriptor: a folder that is swapped for a symbolic link isn't followed.
            let path = "/proc/self/fd/\(folder.new.descriptor)/../\(step)"
            let watch = inotify_add_watch(queue, path, Self.events)
            if watch >= 0 { watches.append(watch) }
        }
        let kept = watches
        state.withLock { state in
            for watch in kept { state.mailboxes[watch] = place.mailbox }
            if kept.count == 2 { state.watched[place] = kept }
        }
        return kept.count == 2
    }

    private static let events =
        UInt32(IN_CREATE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE) | UInt32(IN_ONLYDIR)

    /// What changed since the last call. Never waits.
    public func take() -> Changes {
        var changes = Changes()
        guard queue >= 0 else { return changes }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(queue, &buffer, buffer.count)
            guard count > 0 else { return changes }
            note(buffer[..<min(count, buffer.count)], in: &changes)
        }
    }

    /// Reads `struct inotify_event`s: watch, mask, cookie and the length of the name, 4 octets each, then the name.
    private func note(_ octets: ArraySlice<UInt8>, in changes: inout Changes) {
        var index = octets.startIndex
        func number(at offset: Int) -> UInt32 {
            octets[(index + offset)..<(index + offset + 4)].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        }
        while octets.endIndex - index >= 16 {
            let watch = CInt(bitPattern: number(at: 0))
            let mask = number(at: 4)
            let length = Int(number(at: 12))
            if mask & UInt32(IN_Q_OVERFLOW) != 0 { changes.isIncomplete = true }
            if let mailbox = state.withLock({ $0.mailboxes[watch] }) { changes.mailboxes.insert(mailbox) }
            if mask & UInt32(IN_IGNORED) != 0 { forget(watch) }
            guard length <= octets.endIndex - index - 16 else { return }
            index += 16 + length
        }
    }

    /// The directory is gone.
    private func forget(_ watch: CInt) {
        state.withLock { state in
            state.mailboxes[watch] = nil
            for (place, watches) in state.watched where watches.contains(watch) { state.watched[place] = nil }
        }
    }
}
