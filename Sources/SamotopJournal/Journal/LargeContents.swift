import SamotopCore

/// Content that is too large for a segment: sealed files of its own, whose keys stand in the journal's records.
///
/// Content that the spool has put into a sealed file already only gets a name here.
struct LargeContents: Sendable {
    let folder: String
    private let disk: any SpoolDisk

    init(folder: String, disk: any SpoolDisk = HostSpoolDisk()) throws {
        self.folder = folder
        self.disk = disk
        try FolderListing.make(folder)
    }

    /// Makes content durable; throws ``DeliveryError``. Blocks: only for storage threads.
    func keep(_ content: any MailContent) throws -> LargeContent {
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        let path = "\(folder)/\(name)"
        do {
            let file = try named(content, path)
            try file.sync()
            try FolderListing.sync(folder)
            return LargeContent(count: content.count, key: file.keyOctets, folder: folder, name: name)
        } catch {
            FolderListing.remove(path)
            throw Self.deliveryError(error)
        }
    }

    /// Removes all files but those of these names: what a crash has left of messages that nobody was promised.
    func sweep(keeping names: Set<String>) {
        for name in (try? FolderListing.names(folder)) ?? [] where !names.contains(name) {
            FolderListing.remove("\(folder)/\(name)")
        }
    }

    private func named(_ content: any MailContent, _ path: String) throws -> SealedFile {
        if let sealed = content as? SealedContent {
            // Not on each file system, and not to another one: then a copy has to be made.
            let isNamed = Result { () throws(SystemCallError) in try sealed.file.link(as: path) }
            if case .success = isNamed { return sealed.file }
        }
        let file = try SealedFile(at: path, disk: disk)
        var chunk: [UInt8] = []
        var index = 0
        func add(_ slice: Span<UInt8>) throws {
            var start = 0
            while start < slice.count {
                let end = min(slice.count, start + SealedFile.chunkSize - chunk.count)
                slice.extracting(start..<end).withUnsafeBufferPointer { chunk.append(contentsOf: $0) }
                start = end
                guard chunk.count == SealedFile.chunkSize else { continue }
                try file.write(chunk, at: index)
                index += 1
                chunk.removeAll(keepingCapacity: true)
            }
        }
        try content.read { try add($0) }
        if !chunk.isEmpty { try file.write(chunk, at: index) }
        return file
    }

    private static func deliveryError(_ error: any Error) -> DeliveryError {
        switch error {
        case let error as JournalError: error.deliveryError
        case let error as SystemCallError: error.spoolError.deliveryError
        case let error as SpoolError: error.deliveryError
        default: .failed(cause: "journal: \(type(of: error))")
        }
    }
}

extension SpoolError {
    fileprivate var deliveryError: DeliveryError {
        switch self {
        case .insufficientStorage(let cause): .insufficientStorage(cause: cause)
        case .failed(let cause): .failed(cause: cause)
        }
    }
}
