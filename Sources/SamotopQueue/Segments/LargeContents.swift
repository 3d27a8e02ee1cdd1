import Crypto
import SamotopCore

/// Contents that are too large for a segment: files of their own.
///
///     "SAMOTOPL", salt of 32 octets; chunks of 64 KiB, each sealed under a key made of the salt, with its number as nonce
struct LargeContents: Sendable {
    static let chunkSize = 64 << 10
    private static let magic = Array("SAMOTOPL".utf8)
    private static let headLength = 40
    private static let tagLength = 16

    let folder: String
    let key: SymmetricKey?
    let disk: any QueueDisk
    /// What a removed file's key is made of is overwritten first.
    var destroys = false

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Makes content durable, in pieces; says how it is found. Blocks. Nothing is left after a failure.
    func keep(_ content: any MailContent) throws -> (name: String, count: Int) {
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        let file = try disk.create(path(name))
        defer { disk.close(file) }
        do {
            let count = try write(content, to: file)
            try disk.sync(file)
            try disk.syncFolder(folder)
            return (name, count)
        } catch {
            remove(name)
            throw error
        }
    }

    private func write(_ content: any MailContent, to file: CInt) throws -> Int {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let key = SegmentHeader.derived(key, salt, "large", 32)
        try disk.writeAll(Self.magic + salt, to: file, at: 0)
        var chunk: [UInt8] = []
        var index = 0
        var count = 0
        func flush() throws {
            let box = try AES.GCM.seal(chunk, using: key, nonce: Self.nonce(index))
            try disk.writeAll(Array(box.ciphertext) + box.tag, to: file, at: Self.offset(index))
            index += 1
            count += chunk.count
            chunk.removeAll(keepingCapacity: true)
        }
        try content.read { slice in
            var start = 0
            while start < slice.count {
                let end = min(slice.count, start + Self.chunkSize - chunk.count)
                slice.extracting(start..<end).withUnsafeBufferPointer { chunk.append(contentsOf: $0) }
                start = end
                if chunk.count == Self.chunkSize { try flush() }
            }
        }
        if !chunk.isEmpty { try flush() }
        return count
    }

    /// Brings content in chunks. Blocks.
    func read(_ name: String, count: Int, _ body: (Span<UInt8>) throws -> Void) throws {
        let file: CInt
        do throws(DiskError) { file = try disk.open(path(name), toWrite: false) } catch {
            throw QueueStoreError.damaged(cause: "large content, \(error.call): errno \(error.code)")
        }
        defer { disk.close(file) }
        let head = try disk.readAll(Self.headLength, from: file, at: 0)
        guard head.count == Self.headLength, head.starts(with: Self.magic) else {
            throw QueueStoreError.damaged(cause: "large content: its beginning isn't as it was written")
        }
        let key = SegmentHeader.derived(key, Array(head.dropFirst(Self.magic.count)), "large", 32)
        var left = count
        var index = 0
        while left > 0 {
            let size = min(left, Self.chunkSize)
            let sealed = try disk.readAll(size + Self.tagLength, from: file, at: Self.offset(index))
            guard sealed.count == size + Self.tagLength, let nonce = try? Self.nonce(index),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed[..<size], tag: sealed[size...]),
                let opened = try? AES.GCM.open(box, using: key)
            else { throw QueueStoreError.damaged(cause: "large content: a part isn't as it was written") }
            let chunk = Array(opened)
            try body(chunk.span)
            left -= size
            index += 1
        }
    }

    func remove(_ name: String) {
        if destroys { try? destroy(name) }
        try? disk.remove(path(name))
    }

    /// Without its salt the operator's key opens nothing of it.
    private func destroy(_ name: String) throws(DiskError) {
        let file = try disk.open(path(name), toWrite: true)
        defer { disk.close(file) }
        try disk.writeAll([UInt8](repeating: 0, count: Self.headLength), to: file, at: 0)
        try disk.sync(file)
    }

    /// Removes what a crash has left of messages that nobody was promised.
    func sweep(keeping names: Set<String>) throws(DiskError) {
        for name in try disk.list(folder) where !names.contains(name) { remove(name) }
    }

    private static func offset(_ index: Int) -> Int { headLength + index * (chunkSize + tagLength) }

    private static func nonce(_ index: Int) throws -> AES.GCM.Nonce {
        var writer = RecordWriter()
        writer.write(UInt64(clamping: index))
        writer.append([0, 0, 0, 0])
        return try AES.GCM.Nonce(data: writer.octets)
    }
}
