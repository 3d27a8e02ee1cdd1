import NameResolution

/// The name of a header field in a form that is quick to compare: how long it is, its first four octets and its last three, in
/// lower case.
struct FieldNameKey: Sendable, Hashable, Comparable {
    private let value: UInt64

    /// Whether names with this key are equal but for ASCII case; else the octets between tell.
    var isWhole: Bool { value >> 56 <= 7 }

    init(_ name: some Collection<UInt8>) {
        self =
            name.withContiguousStorageIfAvailable { FieldNameKey($0.span.bytes) }
            ?? FieldNameKey(Array(name).span.bytes)
    }

    private init(_ name: RawSpan) {
        var octets: UInt64 = 0
        if name.byteCount >= 4 {
            let first = name.unsafeLoadUnaligned(as: UInt32.self)
            let last = name.unsafeLoadUnaligned(fromByteOffset: name.byteCount - 4, as: UInt32.self)
            octets = UInt64(UInt32(littleEndian: first)) << 24 | UInt64(UInt32(littleEndian: last) >> 8)
        } else {
            for offset in 0..<name.byteCount {
                octets = octets << 8 | UInt64(name.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
            }
        }
        value = UInt64(UInt8(clamping: name.byteCount)) << 56 | octets.lowercasedOctets
    }

    static func < (a: FieldNameKey, b: FieldNameKey) -> Bool { a.value < b.value }
}
