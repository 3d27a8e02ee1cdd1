import CZlib

/// Unpacks deflate (RFC 1951) in pieces, and stops as soon as there is more than may be.
struct Inflater {
    private static let piece = 64 << 10
    /// Octets that are unpacked before their ratio is looked at.
    private static let free = 1 << 20

    /// As zlib has it: -15 for a bare stream, 31 for gzip.
    let windowBits: Int32
    /// Octets at most.
    let limit: Int
    /// How many times its length a file may become.
    let ratio: Int

    /// All that the stream holds. Octets behind its end are left alone.
    func inflate(_ packed: ArraySlice<UInt8>) throws(ReportFault) -> [UInt8] {
        guard let count = UInt32(exactly: packed.count) else { throw .tooLarge(limit: Int(UInt32.max)) }
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damagedArchive("no memory")
        }
        defer { inflateEnd(&stream) }
        var (input, output) = (Array(packed), [UInt8]())
        var piece = [UInt8](repeating: 0, count: Self.piece)
        let fault: ReportFault? = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = count
            while true {
                let (status, made) = piece.withUnsafeMutableBufferPointer { piece in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(Self.piece)
                    let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return (status, Self.piece - Int(stream.avail_out))
                }
                guard made <= limit - output.count else { return .unpacksToMore(limit: limit) }
                output += piece.prefix(made)
                let used = Int(count - stream.avail_in)
                if output.count > Self.free, output.count / max(1, ratio) > used { return .unpacksTooFar(ratio: ratio) }
                switch status {
                case Z_STREAM_END: return nil
                case Z_OK where made > 0 || stream.avail_in > 0: continue
                case Z_OK, Z_BUF_ERROR: return .damagedArchive("it ends too early")
                case Z_MEM_ERROR: return .damagedArchive("no memory")
                default: return .damagedArchive("it isn't what zlib knows, or its checksum is wrong")
                }
            }
        }
        if let fault { throw fault }
        return output
    }
}
