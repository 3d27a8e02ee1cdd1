/// A complete reply of RFC 5321 §4.2, as sent: code, enhanced status code (RFC 2034), one or more lines of text.
public struct Reply: Sendable, Hashable {
    /// Three digits, 200…559.
    public let code: UInt16
    /// The code that stands first in each line's text; nil for 220 greetings, 354, and replies to HELO and EHLO (RFC 2034 §4).
    public let status: EnhancedStatusCode?
    /// The reply on the wire, each line with its CRLF.
    public let bytes: [UInt8]

    /// Makes a reply of one line for each text.
    ///
    /// Bytes that would break the line (CR, LF and other controls) become `?`, and a line is cut at 512 octets
    /// (RFC 5321 §4.5.3.1.5), so no text can forge a reply.
    public init(_ code: UInt16, _ status: EnhancedStatusCode? = nil, lines: [[UInt8]]) {
        self.code = code
        self.status = status
        let last = max(lines.count, 1) - 1
        let prefix = Array("\(code)".utf8)
        let mark = status.map { $0.bytes + [UInt8(ascii: " ")] } ?? []
        var bytes: [UInt8] = []
        for index in 0...last {
            bytes += prefix
            bytes.append(index == last ? UInt8(ascii: " ") : UInt8(ascii: "-"))
            bytes += mark
            let text = index < lines.count ? lines[index] : []
            let room = Reply.maximumLineLength - prefix.count - 1 - mark.count - 2
            bytes += text.prefix(room).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
            bytes += [0x0D, 0x0A]
        }
        self.bytes = bytes
    }

    /// Makes a reply of one line.
    public init(_ code: UInt16, _ status: EnhancedStatusCode? = nil, _ text: String) {
        self.init(code, status, lines: [Array(text.utf8)])
    }

    /// RFC 5321 §4.5.3.1.5: octets in a reply line, CRLF included.
    public static let maximumLineLength = 512

    /// 2, 3, 4 or 5.
    public var severity: UInt8 { UInt8(truncatingIfNeeded: code / 100) }
    /// True for 2yz and 3yz.
    public var isPositive: Bool { severity < 4 }
}
