/// Writes numbers (little-endian), and octets with their length in front.
struct RecordWriter {
    private(set) var octets: [UInt8] = []

    mutating func reserve(_ count: Int) { octets.reserveCapacity(octets.count + count) }

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { octets.append(contentsOf: $0) }
    }

    /// Octets without their length.
    mutating func append(_ bytes: some Collection<UInt8>) { octets.append(contentsOf: bytes) }

    mutating func append(_ slice: Span<UInt8>) { slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }

    /// One octet of length; the rest is cut.
    mutating func writeShort(_ bytes: some Collection<UInt8>) {
        let part = bytes.prefix(Int(UInt8.max))
        write(UInt8(truncatingIfNeeded: part.count))
        append(part)
    }

    /// Two octets of length; the rest is cut.
    mutating func writeMedium(_ bytes: some Collection<UInt8>) {
        let part = bytes.prefix(Int(UInt16.max))
        write(UInt16(truncatingIfNeeded: part.count))
        append(part)
    }

    /// Four octets of length.
    mutating func writeLong(_ bytes: some Collection<UInt8>) {
        write(UInt32(clamping: bytes.count))
        append(bytes)
    }
}
