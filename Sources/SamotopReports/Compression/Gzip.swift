import CZlib

/// gzip (RFC 1952) by zlib.
public enum Gzip {
    /// The octets, compressed; without a name and a time, so that the same octets always give the same file.
    ///
    /// - Returns: nil when there is no memory for it.
    public static func compress(_ octets: [UInt8]) -> [UInt8]? {
        guard let count = UInt32(exactly: octets.count) else { return nil }
        var stream = z_stream()
        // 16 over the window's bits asks for gzip's own header and trailer.
        guard
            deflateInit2_(
                &stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = octets
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(count))))
        let written: Int? = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                guard let room = UInt32(exactly: output.count) else { return nil }
                stream.next_in = input.baseAddress
                stream.avail_in = count
                stream.next_out = output.baseAddress
                stream.avail_out = room
                return deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(room - stream.avail_out) : nil
            }
        }
        return written.map { Array(output.prefix($0)) }
    }

    /// The first file in a gzip file; what follows it is left alone.
    ///
    /// - Parameters:
    ///   - limit: octets at most.
    ///   - ratio: see ``ReadingLimits/ratio``.
    public static func decompress(
        _ file: [UInt8], limit: Int, ratio: Int = ReadingLimits().ratio
    ) throws(ReportFault) -> [UInt8] {
        try Inflater(windowBits: 15 + 16, limit: limit, ratio: ratio).inflate(file[...])
    }
}
