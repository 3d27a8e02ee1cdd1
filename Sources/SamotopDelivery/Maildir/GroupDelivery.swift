#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SMTP
import SamotopCore

/// One message on its way into several Maildirs: into all of them, or into none.
///
/// Call ``write(to:temporaryName:)``, ``flush()``, ``publish()`` in this order, then flush the `new` folders; after any failure
/// call ``undo(after:)``. All copies are on the device in `tmp` before the first of them appears in `new`. `tmp` itself is
/// not flushed: what a power cut leaves or brings back there is no message, and ``Mailboxes/sweep()`` takes it away.
struct GroupDelivery {
    private struct Copy {
        let folder: MaildirFolder
        let temporaryName: String
        var file: CInt?
        var hasTemporary = true
        /// We made the entry in `new`, so a failure takes it back.
        var isLinked = false
    }
    private let message: ReceivedMessage
    private let fileSystem: any FileSystem
    private let lineEnding: LineEnding
    private let name: MaildirName
    /// What each file's times are set to; nil: they stay.
    private let fileTime: Int64?
    /// Each file is flushed by itself; else somebody flushes the file system before ``publish()``.
    private let flushesFiles: Bool
    private var copies: [Copy] = []
    private var size = 0

    /// Copies of one message that are open at the same time.
    static let openFiles = 8

    init(
        _ message: ReceivedMessage, naming: MaildirNaming, lineEnding: LineEnding, fileSystem: any FileSystem,
        flushesFiles: Bool
    ) {
        self.message = message
        self.flushesFiles = flushesFiles
        self.fileSystem = fileSystem
        self.lineEnding = message.envelope.parameters.body == .binaryMIME ? .crlf : lineEnding
        self.name = naming.name(message)
        self.fileTime = naming.fileTime(message)
    }

    /// Where the message goes.
    var folders: [MaildirFolder] { copies.map(\.folder) }

    /// The copies that weren't there before, and the octets of each.
    var arrived: [(folder: MaildirFolder, octets: Int)] { copies.filter(\.isLinked).map { ($0.folder, size) } }

    /// Writes all copies; the last of them are still open then.
    mutating func write(to folders: [MaildirFolder], temporaryName: () -> String) throws(DeliveryError) {
        var rest = folders[...]
        while !rest.isEmpty {
            try flush()
            try writeOpen(rest.prefix(Self.openFiles), temporaryName)
            rest = rest.dropFirst(Self.openFiles)
        }
    }

    private mutating func writeOpen(
        _ folders: ArraySlice<MaildirFolder>, _ temporaryName: () -> String
    ) throws(DeliveryError) {
        for folder in folders {
            let name = temporaryName()
            do throws(SystemCallError) {
                let file = try fileSystem.openAll(
                    name, in: folder.temporary.descriptor, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
                copies.append(Copy(folder: folder, temporaryName: name, file: file))
            } catch { throw error.deliveryError("mailbox \(folder.name), tmp") }
        }
        var writer = CopyWriter(files: copies.compactMap(\.file), lineEnding: lineEnding, fileSystem: fileSystem)
        do {
            try writer.append(message.trace.span)
            try message.content.read { slice in try writer.append(slice) }
            try writer.finish()
            size = writer.count
        } catch {
            throw Self.deliveryError(error)
        }
    }

    /// Flushes, if that is to be done by file, and closes the copies that are open.
    mutating func flush() throws(DeliveryError) {
        for index in copies.indices {
            guard let file = copies[index].file else { continue }
            do throws(SystemCallError) {
                if let fileTime { try fileSystem.setTimes(of: file, to: fileTime) }
                if flushesFiles { try fileSystem.syncAll(file) }
                copies[index].file = nil
                try fileSystem.closeAll(file)
            } catch { throw error.deliveryError("mailbox \(copies[index].folder.name), tmp") }
        }
    }

    /// Gives all copies their names in `new`.
    mutating func publish() throws(DeliveryError) {
        for index in copies.indices { try link(index) }
    }

    private static func deliveryError(_ error: any Error) -> DeliveryError {
        switch error {
        case let error as DeliveryError: error
        case let error as SystemCallError: error.deliveryError("message file")
        case SpoolError.insufficientStorage(let cause): .insufficientStorage(cause: "content: \(cause)")
        case SpoolError.failed(let cause): .failed(cause: "content: \(cause)")
        default: .failed(cause: "content: \(type(of: error))")
        }
    }

    private mutating func link(_ index: Int) throws(DeliveryError) {
        let folder = copies[index].folder
        let temporaryName = copies[index].temporaryName
        let delivered = name.delivered(size: size)
        do throws(SystemCallError) {
            do throws(SystemCallError) {
                try fileSystem.link(
                    temporaryName, in: folder.temporary.descriptor, as: delivered, in: folder.new.descriptor)
                copies[index].isLinked = true
            } catch  where error.code == EEXIST {
                // A replay: the message is there. Anything else of that name is not our doing.
                let facts = try fileSystem.facts(of: delivered, in: folder.new.descriptor)
                guard facts.kind == .file, facts.size == UInt64(size) else { throw error }
            }
            // The message is whole in `new`: a name that can't be removed from `tmp` is left to the sweep.
            try? fileSystem.remove(temporaryName, in: folder.temporary.descriptor)
            copies[index].hasTemporary = false
        } catch { throw error.deliveryError("mailbox \(folder.name), new") }
    }

    /// Removes everything that was made. Returns the cause, with what could not be removed.
    mutating func undo(after cause: DeliveryError) -> DeliveryError {
        let delivered = name.delivered(size: size)
        var left: [String] = []
        for copy in copies.reversed() {
            if let file = copy.file { try? fileSystem.closeAll(file) }
            if copy.isLinked {
                do { try fileSystem.remove(delivered, in: copy.folder.new.descriptor) } catch {
                    left.append(copy.folder.name)
                }
                copy.folder.syncNewApart()
            }
            if copy.hasTemporary { try? fileSystem.remove(copy.temporaryName, in: copy.folder.temporary.descriptor) }
        }
        copies = []
        guard left.isEmpty else {
            return .failed(
                cause: "\(cause.cause); could not take the message back from \(left.joined(separator: ", "))")
        }
        return cause
    }
}
