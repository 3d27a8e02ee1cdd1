/// Content without its transfer encoding.
public struct DecodedContent: Hashable, Sendable {
    /// The octets, as many as could be decoded.
    public var bytes: [UInt8]
    /// Something was not of the encoding: octets outside its alphabet, a broken escape, an end too early.
    public var isDamaged: Bool

    /// Octets, and whether anything was lost.
    public init(bytes: [UInt8], isDamaged: Bool) {
        self.bytes = bytes
        self.isDamaged = isDamaged
    }
}
