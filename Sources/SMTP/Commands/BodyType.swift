/// The value of the BODY parameter of MAIL: RFC 6152 §2 and RFC 3030 §3.
public enum BodyType: Sendable, Hashable {
    /// `7BIT`
    case sevenBit
    /// `8BITMIME`
    case eightBitMIME
    /// `BINARYMIME`
    case binaryMIME
}
