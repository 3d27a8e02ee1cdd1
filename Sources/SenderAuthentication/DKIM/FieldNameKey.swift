import InternetMessage

/// The name of a header field in a form that is quick to compare: how long it is, and its first seven octets in lower case.
struct FieldNameKey: Sendable, Hashable, Comparable {
    private static let prefixLength = 7

    private let value: UInt64
    /// Whether names with this key are equal but for ASCII case; else the octets behind the first ones tell.
    let isWhole: Bool

    init(_ name: some Collection<UInt8>) {
        var value = UInt64(UInt8(clamping: name.count))
        for octet in name.prefix(Self.prefixLength) { value = value << 8 | UInt64(octet.lowercasedASCII) }
        self.value = value << UInt64(8 * (Self.prefixLength - min(name.count, Self.prefixLength)))
        isWhole = name.count <= Self.prefixLength
    }

    static func < (a: FieldNameKey, b: FieldNameKey) -> Bool { a.value < b.value }

    static func == (a: FieldNameKey, b: FieldNameKey) -> Bool { a.value == b.value }
}
