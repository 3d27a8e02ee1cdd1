public import SamotopCore

/// Makes a message that a server without 8BITMIME or BINARYMIME takes: every part encoded as 7-bit text (RFC 6152 §3).
///
/// Called on a thread that may block. Throws when the message can't be converted: it is refused with 5.6.3 then.
public typealias EightBitConversion = @Sendable (any MailContent) throws -> any MailContent
