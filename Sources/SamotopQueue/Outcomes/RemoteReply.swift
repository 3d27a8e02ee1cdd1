public import SMTP

/// A reply of the peer, as it was sent, bounded: the first 20 lines, 512 octets of each, 2,048 in all.
public struct RemoteReply: Sendable, Hashable {
    /// Three digits.
    public let code: UInt16
    /// The enhanced status code in front of its text, if there was one (RFC 2034).
    public let status: EnhancedStatusCode?
    /// The text of each line, without code, status and line end. May hold addresses: for the sender and the operator only.
    public let lines: [[UInt8]]
    /// RFC 3464's word: the peer took the message and did not offer DSN, so that NOTIFY ends here, and telling of success is
    /// left to us.
    public let relayed: Bool

    /// Makes a reply.
    public init(code: UInt16, status: EnhancedStatusCode? = nil, lines: [[UInt8]] = [], relayed: Bool = false) {
        self.code = code
        self.status = status
        var room = 2_048
        var bounded: [[UInt8]] = []
        for line in lines.prefix(20) where room > 0 {
            let part = Array(line.prefix(min(512, room)))
            room -= part.count
            bounded.append(part)
        }
        self.lines = bounded
        self.relayed = relayed
    }
}

extension RemoteReply: CustomStringConvertible {
    /// The code, never the text.
    public var description: String { "RemoteReply(\(code))" }
}
