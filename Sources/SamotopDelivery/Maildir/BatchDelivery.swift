import SamotopCore

/// Delivers messages one by one as far as writing goes, and flushes the folders once for all of them.
struct BatchDelivery {
    /// A message and the mailboxes it goes to, each once.
    struct Item: Sendable {
        let message: ReceivedMessage
        let mailboxes: [String]

        init(_ message: ReceivedMessage, to recipients: [Recipient]) {
            self.message = message
            var seen: Set<String> = []
            var mailboxes: [String] = []
            for case .mailbox(let name) in recipients.lazy.flatMap(\.destinations) where seen.insert(name).inserted {
                mailboxes.append(name)
            }
            self.mailboxes = mailboxes
        }
    }

    let folders: FolderCache
    let host: String
    let lineEnding: LineEnding
    let fileSystem: any FileSystem
    let isReplay: Bool
    let temporaryName: () -> String

    /// Messages whose files are open at the same time.
    static let openMessages = 16

    /// For each item nil, or why nothing of it is in any mailbox now.
    func deliver(_ items: [Item]) -> [DeliveryError?] {
        var errors: [DeliveryError?] = []
        var read: [String: Set<String>] = [:]
        for start in stride(from: 0, to: items.count, by: Self.openMessages) {
            errors += deliverOpen(items[start..<min(items.count, start + Self.openMessages)], &read)
        }
        // Whatever went wrong, the next delivery looks at the folders anew.
        for (item, error) in zip(items, errors) where error != nil { item.mailboxes.forEach(folders.forget) }
        return errors
    }

    private func deliverOpen(_ items: ArraySlice<Item>, _ read: inout [String: Set<String>]) -> [DeliveryError?] {
        var groups = items.map {
            GroupDelivery($0.message, host: host, lineEnding: lineEnding, fileSystem: fileSystem)
        }
        var errors = [DeliveryError?](repeating: nil, count: groups.count)

        func each(_ body: (inout GroupDelivery, Item) throws(DeliveryError) -> Void) {
            for (index, item) in zip(groups.indices, items) where errors[index] == nil {
                do throws(DeliveryError) { try body(&groups[index], item) } catch {
                    errors[index] = groups[index].undo(after: error)
                }
            }
        }

        each { group, item throws(DeliveryError) in
            try group.write(to: open(item, &read), temporaryName: temporaryName)
        }
        each { group, _ throws(DeliveryError) in try group.flush() }
        each { group, _ throws(DeliveryError) in try group.publish() }
        var flushed: [ObjectIdentifier: DeliveryError?] = [:]
        each { group, _ throws(DeliveryError) in
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
        return errors
    }

    /// The folders that still need the message.
    private func open(_ item: Item, _ read: inout [String: Set<String>]) throws(DeliveryError) -> [MaildirFolder] {
        guard !item.mailboxes.isEmpty else { throw .failed(cause: "the message has no destination") }
        var open: [MaildirFolder] = []
        for name in item.mailboxes {
            let folder = try folders.folder(named: name)
            if isReplay {
                let known: Set<String>
                if let names = read[name] { known = names } else { known = try folder.readNames() }
                read[name] = known
                if known.contains(MaildirName(item.message, host: host).base) { continue }
            }
            open.append(folder)
        }
        return open
    }
}
