#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore

/// Accepted messages that could not be delivered for a while, each in a file of its own, so that segments can be used again.
///
/// A file is a segment with one record: sealed, flushed, and removed after the delivery.
final class Overflow: Sendable {
    private let folder: String
    private let wrap: KeyWrap?

    init(folder: String, wrap: KeyWrap? = nil) throws {
        self.folder = folder
        self.wrap = wrap
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
            let segment = try Segment(path: "\(folder)/\(name)", size: size, wrap: wrap)
            segment.begin(generation: 1)
            try segment.append([(1, octets)])
            try segment.sync()
            try FolderListing.sync(folder)
            return name
        } catch {
            return nil
        }
    }

    /// The message was delivered: first its key goes, then its file.
    func remove(_ name: String) {
        if let segment = try? Segment(path: "\(folder)/\(name)", size: 0) {
            try? segment.destroy()
            try? segment.sync()
        }
        FolderListing.remove("\(folder)/\(name)")
        try? FolderListing.sync(folder)
    }

    /// The record in a file.
    func octets(_ name: String) throws(JournalError) -> [UInt8] {
        let segment = try Segment(path: "\(folder)/\(name)", size: 0, wrap: wrap)
        var octets: [UInt8]?
        _ = try segment.replay { octets = octets ?? $1 }
        guard let octets else { throw JournalError(path: segment.file.path, code: EIO, call: "it holds no record") }
        return octets
    }

    /// What earlier runs have left: names, and sizes in octets. What isn't a file of ours stays where it is. A file without a key
    /// goes: a crash came between ``remove(_:)``'s steps, or before ``keep(_:_:)`` had written anything.
    func left() -> [(name: String, size: Int)] {
        let names = (try? FolderListing.names(folder)) ?? []
        return names.compactMap { name in
            guard let file = try? SegmentFile(path: "\(folder)/\(name)", size: 0) else { return nil }
            if let header = try? file.read(Segment.headerLength, at: 0), header.allSatisfy({ $0 == 0 }) {
                FolderListing.remove(file.path)
                return nil
            }
            return (name, file.size)
        }
    }
}
