import SamotopCore

/// A message's unique name in a Maildir: `<seconds>.M<microseconds>R<envelope id>.<host>,S=<octets>`.
///
/// It follows from the message alone, so that delivering the message again makes the same name and no second copy. The coarse form,
/// `<midnight>.M0R<envelope id>.mail,S=<octets>`, tells the day and nothing else.
struct MaildirName: Sendable, Hashable {
    /// The part before `,S=`.
    let base: String

    init(_ message: ReceivedMessage, host: String) {
        let seconds = max(0, message.received.seconds)
        let micros = min(max(0, message.received.nanoseconds), 999_999_999) / 1000
        base = "\(seconds).M\(micros)R\(Self.escaped(envelope: message.envelope.id)).\(Self.escaped(host))"
    }

    /// The coarse form.
    init(coarse message: ReceivedMessage) {
        let day = MaildirNaming.beginning(ofDay: message.received.seconds)
        base = "\(day).M0R\(Self.escaped(envelope: message.envelope.id)).mail"
    }

    /// When the message of such a file came, in seconds since 1970, by its name; nil for names that don't begin with a time.
    static func time(of file: String) -> Int64? {
        // What is shorter than nine digits lies before 1973, and is a counter.
        let digits = file.prefix { $0 != "." }
        guard (9...12).contains(digits.utf8.count), digits.count < file.count else { return nil }
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
    }

    /// Whether a ``base`` has the coarse form.
    static func isCoarse(base: String) -> Bool { base.hasSuffix(".mail") && base.contains(".M0R") }

    /// The name in `new`, with the size that Dovecot reads from it.
    func delivered(size: Int) -> String { "\(base),S=\(size)" }

    /// The ``base`` of a file's name, without the sizes and flags that readers have put behind it.
    static func base(of file: String) -> String {
        String(file.prefix { $0 != "," && $0 != ":" })
    }

    /// The envelope identifier in a file's name, as it is ``escaped(envelope:)``; nil for names that are not made as ours are.
    static func envelope(of file: String) -> String? {
        let parts = file.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, Int64(parts[0]) != nil, parts[1].first == "M", let start = parts[1].firstIndex(of: "R"),
            Int64(parts[1][..<start].dropFirst()) != nil
        else { return nil }
        return String(parts[1][parts[1].index(after: start)...])
    }

    /// A dot would end it.
    static func escaped(envelope id: String) -> String { escaped(id).replacing(".", with: "\\056") }

    /// The Maildir specification writes `/` as `\057` and `:` as `\072`; so do we with all but plain characters.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8.prefix(64) {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "\\"))
                for shift in [6, 3, 0] { bytes.append(UInt8(ascii: "0") + (byte >> UInt8(shift)) & 7) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
