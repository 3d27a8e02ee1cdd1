import Crypto

/// What a segment consists of after its header: a mark, the length of the sealed octets, the sealed octets.
///
/// AES-256-GCM. The nonce is the frame's offset in its segment, and what kind of octets they are. A segment's key lives as long as
/// the process that began the segment: nothing is ever appended to a segment that was found on the disk, and after a failed write no
/// more to this one. So no offset is sealed twice under one key. The tag is the checksum, too: a torn, moved or flipped frame
/// doesn't open.
enum Frame {
    enum Domain: UInt8 { case entries = 0, footer = 1 }

    static let mark: UInt32 = 0x4651_4D53
    static let headLength = 8
    static let overhead = headLength + 16

    /// Seals octets as the frame at this offset.
    static func seal(
        _ octets: [UInt8], at offset: Int, _ domain: Domain, key: SymmetricKey, into writer: inout RecordWriter
    ) throws(DiskError) {
        writer.write(mark)
        writer.write(UInt32(clamping: octets.count + 16))
        do {
            let box = try AES.GCM.seal(octets, using: key, nonce: nonce(offset, domain))
            writer.append(box.ciphertext)
            writer.append(box.tag)
        } catch { throw DiskError(call: "seal", code: 0) }
    }

    /// The octets of the frame that begins at `start`, and where it ends; nil when there is none, or it doesn't open.
    ///
    /// - Parameter offset: of `start` in the segment.
    static func open(
        _ bytes: ArraySlice<UInt8>, at offset: Int, _ domain: Domain, key: SymmetricKey
    ) -> (octets: [UInt8], length: Int)? {
        var reader = RecordReader(bytes)
        guard reader.number(UInt32.self) == mark, let length = reader.number(UInt32.self), length >= 16,
            let sealed = reader.octets(Int(length)), let nonce = try? nonce(offset, domain),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed.dropLast(16), tag: sealed.suffix(16)),
            let octets = try? AES.GCM.open(box, using: key)
        else { return nil }
        return (Array(octets), headLength + Int(length))
    }

    private static func nonce(_ offset: Int, _ domain: Domain) throws -> AES.GCM.Nonce {
        var writer = RecordWriter()
        writer.write(UInt64(clamping: offset))
        writer.write(domain.rawValue)
        writer.append([0, 0, 0])
        return try AES.GCM.Nonce(data: writer.octets)
    }
}
