/// The body of a Keywords field (RFC 5322 §3.6.5), decoded for display.
public struct Keywords: Hashable, Sendable {
    /// The phrases in order as UTF-8, empty ones left out.
    public let phrases: [[UInt8]]

    /// Splits at commas outside quoted-strings.
    public init(_ body: [UInt8]) {
        var phrases: [[UInt8]] = []
        var start = 0
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in body.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if byte == .backslash {
                isEscaped = isQuoted
            } else if byte == .quote {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ","), !isQuoted {
                phrases.append(DisplayText.decode(Array(body[start..<index])))
                start = index + 1
            }
        }
        phrases.append(DisplayText.decode(Array(body[start...])))
        self.phrases = phrases.filter { !$0.isEmpty }
    }
}
