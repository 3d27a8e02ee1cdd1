/// The text of a message or a part for people to read. It is plain text: whoever puts it into HTML has to escape it.
public struct DisplayedText: Hashable, Sendable {
    /// UTF-8, lines end with LF; control and direction-changing characters are written out like `\u{202E}`.
    public internal(set) var text: [UInt8] = []
    /// The parts that it is made of: places in ``MIMEMessage/entities``.
    public internal(set) var entities: [Int] = []
    /// There was more than the limit.
    public internal(set) var isTruncated = false
    /// A transfer encoding was damaged.
    public internal(set) var isDamaged = false
    /// Charsets that are not known; their octets over 127 are written like `\xE4`.
    public internal(set) var unknownCharsets: [[UInt8]] = []
}
