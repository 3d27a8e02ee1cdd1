/// Why a message cannot be made 7-bit without changing what it says. The message is to be returned then (RFC 6152 §3).
public enum EightBitConversionError: Error, Hashable, Sendable {
    /// Header fields hold octets over 127: only SMTPUTF8 carries them.
    case headerNeedsUTF8
    /// The 8-bit octets stand in what is signed (RFC 1847 §2.1): the signature would be broken.
    case signed
    /// The structure is not certain: what one reader takes for a part another may not.
    case ambiguous
    /// 8-bit octets stand outside of the parts, in a part that has an encoding already, in an unknown encoding, or in a type
    /// that must not be encoded.
    case notConvertible
}
