/// An authentication service identifier (RFC 8601 §2.5): the name of the ADMD that vouches for the results.
public struct AuthservID: Hashable, Sendable {
    /// The identifier as written.
    public let bytes: [UInt8]

    /// - Returns: nil when the identifier is empty or holds a control character.
    public init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, !bytes.contains(where: \.isControl) else { return nil }
        self.bytes = bytes
    }

    init(read bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it is this identifier, ASCII case and a last dot ignored.
    public func matches(_ other: some BidirectionalCollection<UInt8>) -> Bool {
        equalIgnoringASCIICase(Self.withoutLastDot(bytes), Self.withoutLastDot(other))
    }

    private static func withoutLastDot<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes[...]
    }
}
