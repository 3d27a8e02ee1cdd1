/// The line ends of files, which are LF on this system, and of messages on the wire.
enum LineEnds {
    /// The text with CRLF at the end of each line, whether it had that or LF.
    static func normalized(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count + text.count / 32)
        var previous: UInt8 = 0
        for byte in text {
            if byte == 0x0A, previous != 0x0D { out.append(0x0D) }
            out.append(byte)
            previous = byte
        }
        return out
    }
}
