/// Writes numbers (little-endian) and octets with their length in front.
struct OctetWriter {
    private(set) var octets: [UInt8] = []

    mutating func reserve(_ count: Int) { octets.reserveCapacity(count) }

    mutating func write(_ byte: UInt8) { octets.append(byte) }

    mutating func write(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { octets += $0 } }

    mutating func write(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { octets += $0 } }

    mutating func write(_ bytes: [UInt8]) {
        write(UInt32(clamping: bytes.count))
        octets += bytes
    }

    mutating func append(_ bytes: some Collection<UInt8>) { octets.append(contentsOf: bytes) }

    mutating func append(_ slice: Span<UInt8>) { slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
}

/// Reads what ``OctetWriter`` wrote; nil at the first thing that isn't there.
struct OctetReader {
    private let bytes: [UInt8]
    private var index: Int

    init(_ bytes: [UInt8], at index: Int = 0) {
        self.bytes = bytes
        self.index = index
    }

    mutating func byte() -> UInt8? {
        guard index < bytes.count else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func number32() -> UInt32? { number(UInt32.self) }

    mutating func number64() -> UInt64? { number(UInt64.self) }

    mutating func octets() -> [UInt8]? {
        guard let count = number32(), count <= bytes.count - index else { return nil }
        defer { index += Int(count) }
        return Array(bytes[index..<(index + Int(count))])
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard size <= bytes.count - index else { return nil }
        var number: Number = 0
        for offset in (0..<size).reversed() { number = number << 8 | Number(bytes[index + offset]) }
        index += size
        return number
    }
}
