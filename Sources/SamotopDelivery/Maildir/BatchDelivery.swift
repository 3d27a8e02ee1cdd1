import SamotopCore

/// Delivers messages one by one as far as writing goes, and flushes once for many of them.
struct BatchDelivery {
    /// A message and the places it goes to: one in each mailbox.
    struct Item: Sendable {
        let message: ReceivedMessage
        let destinations: [Destination]

        /// - Parameter directory: whose postmaster gets what was accepted for a mailbox that is gone meanwhile; nil: nothing was
        ///   accepted yet, and such a mailbox is an error.
        init(_ message: ReceivedMessage, to recipients: [Recipient], adopting directory: Directory? = nil) {
            self.message = message
            var seen: Set<String> = []
            // Somebody else's mailbox is no place of ours: it stays among them, and is refused when its turn comes.
            destinations = recipients.flatMap(\.destinations)
                .map { destination in
                    guard let directory, let mailbox = destination.mailbox, directory.folders[mailbox] == nil else {
                        return destination
                    }
                    return directory.postmaster
                }
                .filter { seen.insert($0.mailbox ?? "").inserted }
        }
    }

    let folders: FolderCache
    let naming: MaildirNaming
    let lineEnding: LineEnding
    let fileSystem: any FileSystem
    let isReplay: Bool
    /// Of mailboxes that have one: what comes in is noted there.
    let quotas: [String: MailboxQuota]
    let temporaryName: () -> String

    /// Messages whose files are open at the same time.
    static let openMessages = 16
    /// Folders up to which each is flushed by itself.
    static let foldersFlushedApart = 8

    /// For each item nil, or why nothing of it is in any mailbox now. Each file is flushed by itself.
    func deliver(_ items: [Item]) -> [DeliveryError?] {
        var errors: [DeliveryError?] = []
        var read: [MailboxPlace: Set<String>] = [:]
        for start in stride(from: 0, to: items.count, by: Self.openMessages) {
            var part = Part(self, items[start..<min(items.count, start + Self.openMessages)], flushesFiles: true)
            part.write(&read)
            part.publish()
            part.flushFolders()
            note(part.arrived)
            errors += part.errors
        }
        forgetFolders(items, errors)
        return errors
    }

    /// The same with one flush of the file system for all of them. Nil: that can't be done, and nothing of them is in any
    /// mailbox.
    func deliverTogether(_ items: [Item]) -> [DeliveryError?]? {
        var part = Part(self, items[...], flushesFiles: false)
        var read: [MailboxPlace: Set<String>] = [:]
        part.write(&read)
        let folders = part.folders
        guard folders.allSatisfy(\.isFlushedWhole) else {
            part.undo(.failed(cause: "its file system is not flushed as a whole"))
            return nil
        }
        let devices = Dictionary(folders.map { ($0.temporary.facts.device, $0) }) { first, _ in first }.values
        do throws(SystemCallError) {
            for folder in devices { try folder.syncFileSystem() }
            part.publish()
            if folders.count <= Self.foldersFlushedApart {
                part.flushFolders()
            } else {
                for folder in devices { try folder.syncFileSystem() }
            }
        } catch {
            part.undo(error.deliveryError("file system"))
            forgetFolders(items, part.errors)
            return nil
        }
        note(part.arrived)
        forgetFolders(items, part.errors)
        return part.errors
    }

    /// Mail was acknowledged before it comes here: a full mailbox takes it all the same.
    private func note(_ arrived: [(folder: MaildirFolder, octets: Int)]) {
        for (folder, octets) in arrived {
            guard let quota = quotas[folder.place.mailbox],
                let inbox = try? folders.folder(at: MailboxPlace(folder.place.mailbox))
            else { continue }
            QuotaFile(inbox: inbox, folders: folders, quota: quota, now: 0)
                .add(octets: Int64(octets), messages: 1)
        }
    }

    /// Whatever went wrong, the next delivery looks at the folders anew.
    private func forgetFolders(_ items: [Item], _ errors: [DeliveryError?]) {
        for (item, error) in zip(items, errors) where error != nil {
            for destination in item.destinations {
                if let place = try? MailboxPlace(destination) { folders.forget(place) }
            }
        }
    }

    /// Messages that go through the steps together.
    private struct Part {
        private let batch: BatchDelivery
        private let items: ArraySlice<Item>
        private let flushesFiles: Bool
        private var groups: [GroupDelivery]
        private(set) var errors: [DeliveryError?]

        init(_ batch: BatchDelivery, _ items: ArraySlice<Item>, flushesFiles: Bool) {
            self.batch = batch
            self.items = items
            groups = items.map {
                GroupDelivery(
                    $0.message, naming: batch.naming, lineEnding: batch.lineEnding, fileSystem: batch.fileSystem,
                    flushesFiles: flushesFiles)
            }
            errors = [DeliveryError?](repeating: nil, count: items.count)
            self.flushesFiles = flushesFiles
        }

        /// All folders that messages go to.
        var folders: [MaildirFolder] {
            var seen: Set<ObjectIdentifier> = []
            return groups.flatMap(\.folders).filter { seen.insert(ObjectIdentifier($0)).inserted }
        }

        /// What is in the mailboxes now that wasn't before.
        var arrived: [(folder: MaildirFolder, octets: Int)] {
            zip(groups, errors).flatMap { group, error in error == nil ? group.arrived : [] }
        }

        mutating func write(_ read: inout [MailboxPlace: Set<String>]) {
            let flushesFiles = flushesFiles
            each { batch, group, item throws(DeliveryError) in
                let folders = try batch.open(item, &read)
                try group.write(to: folders, temporaryName: batch.temporaryName)
                // Their flush comes for all: nothing keeps them open.
                if !flushesFiles { try group.flush() }
            }
            // Written first and flushed then: the flushes of several threads become one.
            if flushesFiles { each { _, group, _ throws(DeliveryError) in try group.flush() } }
        }

        mutating func publish() { each { _, group, _ throws(DeliveryError) in try group.publish() } }

        mutating func flushFolders() {
            var flushed: [ObjectIdentifier: DeliveryError?] = [:]
            each { _, group, _ throws(DeliveryError) in
                for folder in group.folders {
                    if let known = flushed[ObjectIdentifier(folder)] {
                        if let known { throw known }
                        continue
                    }
                    do throws(SystemCallError) {
                        try folder.syncNew()
                        flushed[ObjectIdentifier(folder)] = .some(nil)
                    } catch {
                        let error = error.deliveryError("mailbox \(folder.name), new")
                        flushed[ObjectIdentifier(folder)] = error
                        throw error
                    }
                }
            }
        }

        /// Takes all of them back.
        mutating func undo(_ error: DeliveryError) { each { _, _, _ throws(DeliveryError) in throw error } }

        private mutating func each(
            _ body: (BatchDelivery, inout GroupDelivery, Item) throws(DeliveryError) -> Void
        ) {
            for (index, item) in zip(groups.indices, items) where errors[index] == nil {
                do throws(DeliveryError) { try body(batch, &groups[index], item) } catch {
                    errors[index] = groups[index].undo(after: error)
                }
            }
        }
    }

    /// The folders that still need the message.
    private func open(_ item: Item, _ read: inout [MailboxPlace: Set<String>]) throws(DeliveryError) -> [MaildirFolder]
    {
        guard !item.destinations.isEmpty else { throw .failed(cause: "the message has no destination") }
        var open: [MaildirFolder] = []
        for destination in item.destinations {
            let place = try MailboxPlace(destination)
            let folder = try folders.folder(at: place)
            if isReplay {
                let known: Set<String>
                if let names = read[place] {
                    known = names
                } else {
                    known =
                        try place.folder == nil
                        ? folder.readNames(besides: naming) : folder.readNamesOfMailbox()
                }
                read[place] = known
                if naming.names(item.message).contains(where: { known.contains($0.base) }) { continue }
            }
            open.append(folder)
        }
        return open
    }
}
