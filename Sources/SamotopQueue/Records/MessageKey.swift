import Crypto

/// A message's id in 16 octets: the beginning of its SHA-256.
struct MessageKey: Sendable, Hashable {
    static let length = 16

    let high: UInt64
    let low: UInt64

    init(_ id: String) { self.init(Array(id.utf8)[...]) }

    init(_ id: ArraySlice<UInt8>) {
        var reader = RecordReader(Array(SHA256.hash(data: id)))
        high = reader.number() ?? 0
        low = reader.number() ?? 0
    }

    init?(_ reader: inout RecordReader) {
        guard let high = reader.number(UInt64.self), let low = reader.number(UInt64.self) else { return nil }
        self.high = high
        self.low = low
    }

    /// Half of a digest does.
    func hash(into hasher: inout Hasher) { hasher.combine(low) }

    func write(to writer: inout RecordWriter) {
        writer.write(high)
        writer.write(low)
    }
}
