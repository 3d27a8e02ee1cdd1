import SamotopCore

/// Accepted messages that could not be delivered for a while, each in a file of its own, so that segments can be used again.
///
/// A file is a segment with one record: sealed, flushed, and removed after the delivery.
final class Overflow: Sendable {
    private let folder: String

    init(folder: String) throws {
        self.folder = folder
        try FolderListing.make(folder)
    }

    /// Keeps a message; nil when that failed, and its place must not be given up.
    ///
    /// - Parameter sequence: keeps the parts of a message apart that were accepted for one recipient each (LMTP).
    func keep(_ message: ReceivedMessage, _ sequence: UInt64) -> String? {
        let name = "\(message.envelope.id).\(sequence)"
        do {
            let octets = try JournalRecord.message(message).encoded()
            let size = Segment.headerLength + Segment.space(for: octets.count)
            let segment = try Segment(path: "\(folder)/\(name)", size: size)
            segment.begin(generation: 1)
            try segment.append([(1, octets)])
            try segment.sync()
            try FolderListing.sync(folder)
            return name
        } catch {
            return nil
        }
    }

    /// The message was delivered.
    func remove(_ name: String) { FolderListing.remove("\(folder)/\(name)") }

    /// What earlier runs have left. A file that can't be read stays where it is.
    func left() -> [(name: String, message: ReceivedMessage)] {
        let names = (try? FolderListing.names(folder)) ?? []
        return names.compactMap { name in
            guard let segment = try? Segment(path: "\(folder)/\(name)", size: 0),
                let record = try? segment.replay()?.records.first,
                case .message(let message)? = JournalRecord(record.octets)
            else { return nil }
            return (name, message)
        }
    }
}
