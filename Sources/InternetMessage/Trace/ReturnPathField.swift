public import SMTP

/// The `Return-Path` field a final delivery puts on top of a message (RFC 5321 §4.4).
public struct ReturnPathField: Hashable, Sendable {
    /// The reverse-path of the envelope; `<>` for a notification.
    public var reversePath: ReversePath

    /// The field for an envelope.
    public init(_ reversePath: ReversePath) {
        self.reversePath = reversePath
    }

    /// The field with its line end. A path cannot be folded.
    public var bytes: [UInt8] {
        // an address literal built by hand may hold a line end: it shall not end the field
        HeaderFieldName.returnPath.bytes + [UInt8(ascii: ":"), .space] + reversePath.bytes.filter { !$0.isControl }
            + [.carriageReturn, .lineFeed]
    }
}
