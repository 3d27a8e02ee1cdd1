/// Reads what ``RecordWriter`` wrote; nil at the first thing that isn't there.
struct RecordReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var index: Int

    init(_ bytes: [UInt8], at index: Int = 0) { self.init(bytes[...], at: index) }

    init(_ bytes: ArraySlice<UInt8>, at index: Int? = nil) {
        self.bytes = bytes
        self.index = max(bytes.startIndex, index ?? bytes.startIndex)
    }

    var isAtEnd: Bool { index >= bytes.endIndex }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        let size = MemoryLayout<Number>.size
        guard size <= bytes.endIndex - index else { return nil }
        let number = bytes.withUnsafeBytes { buffer in
            buffer.loadUnaligned(fromByteOffset: index - bytes.startIndex, as: Number.self)
        }
        index += size
        return Number(littleEndian: number)
    }

    mutating func octets(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - index else { return nil }
        defer { index += count }
        return bytes[index..<(index + count)]
    }

    mutating func short() -> ArraySlice<UInt8>? { number(UInt8.self).flatMap { octets(Int($0)) } }

    mutating func medium() -> ArraySlice<UInt8>? { number(UInt16.self).flatMap { octets(Int($0)) } }

    mutating func long() -> ArraySlice<UInt8>? { number(UInt32.self).flatMap { octets(Int($0)) } }
}
