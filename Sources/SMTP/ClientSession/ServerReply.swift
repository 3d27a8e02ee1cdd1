/// A reply as a server sent it (RFC 5321 §4.2), read by ``ReplyParser``.
public struct ServerReply: Sendable, Hashable {
    /// Three digits, 200…599.
    public let code: UInt16
    /// The enhanced status code that the text begins with (RFC 2034), if its class is the code's.
    public let status: EnhancedStatusCode?
    /// The text of all lines, joined by LF: the octets after the code and its separator, as they were sent.
    ///
    /// They may be anything but CR, LF and NUL: whoever shows them has to mind control characters and other charsets.
    public let text: [UInt8]

    /// Makes a reply, as tests do; lines are joined by LF in `text`.
    public init(code: UInt16, status: EnhancedStatusCode? = nil, text: [UInt8] = []) {
        self.code = code
        self.status = status
        self.text = text
    }

    /// The text of each line.
    public var lines: [[UInt8]] {
        text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    }

    /// 2, 3, 4 or 5.
    public var severity: UInt8 { UInt8(truncatingIfNeeded: code / 100) }
    /// 2yz: done.
    public var isCompletion: Bool { severity == 2 }
    /// 3yz: go on.
    public var isIntermediate: Bool { severity == 3 }
    /// 4yz: the same may succeed later.
    public var isTransient: Bool { severity == 4 }
    /// 5yz: the same will not succeed.
    public var isPermanent: Bool { severity == 5 }
    /// 421: the server closes the connection (RFC 5321 §3.8).
    public var isClosing: Bool { code == 421 }
}

extension ServerReply: CustomStringConvertible {
    /// The codes, never the text, which may hold addresses.
    public var description: String { status.map { "\(code) \($0)" } ?? "\(code)" }
}
