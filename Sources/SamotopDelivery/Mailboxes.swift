#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
public import SMTP
public import SamotopCore
import Synchronization

/// Delivers into Maildirs: a directory, and a folder with `tmp`, `new` and `cur` for each of its mailboxes, and such a
/// folder in it (Maildir++) for mail that is filed apart.
///
/// A message is delivered when each copy and its directory entry are on the device. Delivering the same message again
/// (same envelope identifier, time and octets) leaves one copy.
public final class Mailboxes: BatchDeliveryAgent {
    /// Whose mail goes where.
    public let directory: Directory
    private let naming: MaildirNaming
    private let settings: MaildirSettings
    let threads: StorageThreads
    let clock: any WallClock
    let fileSystem: any FileSystem
    let folders: FolderCache
    private let health: MailboxHealth
    private let wholeFlush: WholeFlush
    /// Where batches are written: behind a journal nobody waits for them, so sessions go first.
    private let background: StorageThreads
    private let process: Int32
    private let run: String
    private let count = Atomic<UInt64>(0)

    /// Makes the agent. Touches no disk: see ``prepare()``.
    ///
    /// - Parameters:
    ///   - directory: whose mail goes where.
    ///   - root: where folders that the table gives as relative paths are; made when missing.
    ///   - host: our name, for file names.
    ///   - threads: where all file I/O runs.
    ///   - clock: the time of day.
    ///   - settings: numbers and habits.
    public convenience init(
        _ directory: Directory, root: String, host: String, threads: StorageThreads,
        clock: any WallClock = SystemClock(), settings: MaildirSettings = MaildirSettings()
    ) {
        self.init(
            directory, root: root, host: host, threads: threads,
            background: StorageThreads(count: Self.partsOfBatch, name: "delivery", niceness: 10), clock: clock,
            settings: settings, fileSystem: HostFileSystem(), process: getpid(), run: Self.runOfThisProcess)
    }

    init(
        _ directory: Directory, root: String, host: String, threads: StorageThreads, background: StorageThreads,
        clock: any WallClock, settings: MaildirSettings, fileSystem: any FileSystem, process: Int32, run: String
    ) {
        self.directory = directory
        self.naming = MaildirNaming(host: host, isCoarse: settings.isCoarse)
        self.threads = threads
        self.background = background
        self.clock = clock
        self.settings = settings
        self.fileSystem = fileSystem
        self.process = process
        self.run = run
        let opener = FolderOpener(root: root, user: geteuid(), fileSystem: fileSystem)
        self.folders = FolderCache(
            directory.folders, opener: opener, clock: clock, capacity: settings.openMailboxes)
        self.wholeFlush = WholeFlush(clock: clock)
        self.health = MailboxHealth(
            folders: folders, madeWhenNeeded: directory.madeWhenNeeded, settings: settings, clock: clock,
            fileSystem: fileSystem)
    }

    /// Makes what is missing of all mailboxes and checks them, but for those that are made when the first mail comes. Call it when
    /// the service starts.
    ///
    /// Throws ``DeliveryError`` with a cause that names each mailbox that can't take mail.
    public func prepare() async throws {
        try await threads.run { [directory, folders] in
            var causes: [String] = []
            for name in directory.folders.keys.filter({ !directory.madeWhenNeeded.contains($0) }).sorted() {
                do throws(DeliveryError) { _ = try folders.folder(at: MailboxPlace(name)) } catch {
                    causes.append(error.cause)
                }
            }
            guard causes.isEmpty else { throw DeliveryError.failed(cause: causes.joined(separator: "; ")) }
        }
    }

    /// Removes from each `tmp` what a crash of this program has left, and what anyone has left for more than 36 hours.
    /// Call it when the service starts, and once a day. Returns the number of files removed; throws the first
    /// ``DeliveryError`` after it has been to all mailboxes.
    @discardableResult
    public func sweep() async throws -> Int {
        let sweep = TemporarySweep(
            host: naming.host, process: process, run: run, now: clock.now(), fileSystem: fileSystem)
        return try await threads.run { [directory, folders] in
            var count = 0
            var failure: DeliveryError?
            for name in directory.folders.keys.sorted() {
                do throws(DeliveryError) {
                    guard let inbox = try folders.inbox(of: name) else { continue }
                    count += try sweep.sweep(inbox)
                    for folder in try inbox.readFolders() {
                        // What is no Maildir of ours isn't ours to sweep.
                        let found = try? folders.existingFolder(at: MailboxPlace(name, folder: folder))
                        if let folder = found ?? nil { count += try sweep.sweep(folder) }
                    }
                } catch { failure = failure ?? error }
            }
            if let failure { throw failure }
            return count
        }
    }

    /// Asks the directory, then whether each of the mailboxes can take mail now, and has the folder that the address names: if it
    /// hasn't, it is the inbox.
    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        let answer = directory.answer(for: path)
        guard case .destinations(let destinations) = answer else { return answer }
        for name in destinations.compactMap(\.mailbox) {
            let known = health.known(name)
            let refusal = if let known { known.refusal } else { try await threads.run { [health] in health.ask(name) } }
            if let refusal { return .unavailable(refusal) }
        }
        guard destinations.contains(where: { $0.folder != nil }) else { return answer }
        return try await threads.run { [self] in .destinations(destinations.map(inExistingFolder)) }
    }

    /// Delivers one copy to each mailbox of the recipients' destinations. Throws ``DeliveryError``.
    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await threads.run { [self] in
            let item = BatchDelivery.Item(message, to: recipients)
            if let error = delivery(isReplay: false).deliver([item])[0] { throw error }
        }
    }

    /// Delivers each message to all its envelope's recipients or to none of them. What was accepted for a mailbox that the directory
    /// no longer has is the postmaster's, so that it keeps nothing from the others.
    ///
    /// In a replay, earlier copies are found in `new` and in `cur`, and those of a message that went into a folder also in
    /// all other folders of the mailbox; one that a reader has removed, or filed elsewhere under another name, is delivered
    /// again.
    public func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        let items = batch.map { BatchDelivery.Item($0, to: $0.envelope.recipients, adopting: directory) }
        let together = try? await background.run { [self] in
            wholeFlush.attempt(items.count) { delivery(isReplay: isReplay).deliverTogether(items) }
        }
        if let errors = together ?? nil { return errors }
        // Flushes that several threads wait for at once become one in the file system's journal.
        let size = max(Self.smallestPart, (items.count + Self.partsOfBatch - 1) / Self.partsOfBatch)
        return await withTaskGroup(of: (Int, [DeliveryError?]).self) { group in
            for start in stride(from: 0, to: items.count, by: size) {
                let part = Array(items[start..<min(items.count, start + size)])
                group.addTask { [self] in
                    let errors = try? await background.run { [self] in delivery(isReplay: isReplay).deliver(part) }
                    return (start, errors ?? part.map { _ in .failed(cause: "no thread") })
                }
            }
            var errors = [DeliveryError?](repeating: nil, count: items.count)
            for await (start, part) in group { errors.replaceSubrange(start..<(start + part.count), with: part) }
            return errors
        }
    }

    private static let partsOfBatch = 8
    private static let smallestPart = 4

    private func delivery(isReplay: Bool) -> BatchDelivery {
        BatchDelivery(
            folders: folders, naming: naming, lineEnding: settings.lineEnding, fileSystem: fileSystem,
            isReplay: isReplay, quotas: directory.quotas,
            temporaryName: { [self] in
                let count = count.add(1, ordering: .relaxed).newValue
                let seconds = max(0, clock.now().seconds)
                if naming.isCoarse { return TemporaryName.coarse(seconds: seconds, count: count, run: run) }
                return TemporaryName(seconds: seconds, process: process, count: count, run: run, host: naming.host).text
            })
    }

    private static let runOfThisProcess: String = {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }()
}

extension DeliveryError {
    /// What the operator reads.
    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .failed(let cause): cause
        }
    }
}
