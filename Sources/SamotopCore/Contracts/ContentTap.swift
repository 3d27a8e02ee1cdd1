/// Reads a message's content while it streams in, so that nothing has to read it again: body hashes, for example.
///
/// It sees the octets as their author sent them, transparency undone, before forged trace fields are removed. Used by one
/// session at a time, on its event loop: never block.
public protocol ContentTap: AnyObject, Sendable {
    /// Takes the next slice.
    func append(_ slice: Span<UInt8>)
}
