import Crypto
import SamotopCore

/// A file of sealed chunks, nameless as a rule. Its key was drawn for it, is nowhere else, and goes with it, unless the
/// file is given a name: then the journal keeps the key.
///
/// AES-256-GCM: with the processor's AES instructions four times as fast as ChaCha20-Poly1305. Chunk *n* is sealed with nonce
/// *n* and stands at *n* × (chunk size + tag), so a chunk that was changed, moved or cut does not open.
final class SealedFile: Sendable {
    /// Octets in each chunk but the last.
    static let chunkSize = 64 << 10
    private static let tagSize = 16

    private let file: CInt
    private let disk: any SpoolDisk
    private let key: SymmetricKey

    /// A new one without a name, in a folder.
    init(in directory: String, disk: any SpoolDisk) throws(SystemCallError) {
        self.disk = disk
        self.file = try disk.openPrivate(in: directory)
        self.key = SymmetricKey(size: .bits256)
    }

    /// A new one with a name.
    init(at path: String, disk: any SpoolDisk) throws(SystemCallError) {
        self.disk = disk
        self.file = try disk.openNew(path)
        self.key = SymmetricKey(size: .bits256)
    }

    /// One that was given a name, to be read.
    init(opening path: String, key: [UInt8], disk: any SpoolDisk) throws(SystemCallError) {
        self.disk = disk
        self.file = try disk.openOld(path)
        self.key = SymmetricKey(data: key)
    }

    var keyOctets: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Gives the nameless file a name on its file system.
    func link(as path: String) throws(SystemCallError) { try disk.link(file, as: path) }

    /// Flushes the chunks to the device.
    func sync() throws(SystemCallError) { try disk.sync(file) }

    deinit { disk.close(file) }

    /// Seals and writes a chunk. Each index is written once: a nonce must never be used twice.
    func write(_ chunk: [UInt8], at index: Int) throws(SpoolError) {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(chunk.count + Self.tagSize)
        do {
            let box = try AES.GCM.seal(chunk, using: key, nonce: Self.nonce(index))
            sealed.append(contentsOf: box.ciphertext)
            sealed.append(contentsOf: box.tag)
        } catch { throw .failed(cause: "spool: sealing failed") }
        let result: Result<Void, SystemCallError> = sealed.withUnsafeBytes { bytes in
            Result { () throws(SystemCallError) in
                try disk.writeAll(bytes, to: file, at: index * (Self.chunkSize + Self.tagSize))
            }
        }
        do { try result.get() } catch { throw error.spoolError }
    }

    /// Reads and opens a chunk of `count` octets.
    func read(_ index: Int, count: Int) throws(SpoolError) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: count + Self.tagSize)
        let result: Result<Void, SystemCallError> = sealed.withUnsafeMutableBytes { bytes in
            Result { () throws(SystemCallError) in
                try disk.readAll(bytes, from: file, at: index * (Self.chunkSize + Self.tagSize))
            }
        }
        do { try result.get() } catch { throw error.spoolError }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: Self.nonce(index), ciphertext: sealed[..<count], tag: sealed[count...])
            return [UInt8](try AES.GCM.open(box, using: key))
        } catch { throw .failed(cause: "spool: chunk \(index) is not as it was written") }
    }

    private static func nonce(_ index: Int) throws -> AES.GCM.Nonce {
        var bytes = [UInt8](repeating: 0, count: 12)
        for place in 0..<8 { bytes[11 - place] = UInt8(truncatingIfNeeded: index >> (8 * place)) }
        return try AES.GCM.Nonce(data: bytes)
    }
}
