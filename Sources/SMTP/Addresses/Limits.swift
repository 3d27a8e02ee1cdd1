/// The sizes of RFC 5321 §4.5.3.1, in octets.
enum Limits {
    // RFC 5321 §4.5.3.1.1
    static let localPart = 64
    // RFC 5321 §4.5.3.1.2
    static let domain = 255
    // RFC 1035 §2.3.4
    static let label = 63
    // RFC 5321 §4.5.3.1.3, the angle brackets included
    static let path = 256
    /// What the angle brackets of a path leave.
    static let mailbox = path - 2
    // RFC 5321 §4.5.3.1.4, CRLF included
    static let commandLine = 512
    // RFC 4954 §4, CRLF included
    static let authLine = 12_288
    // RFC 3461 §4.4
    static let envelopeID = 100
    // RFC 3461 §4.2
    static let originalRecipient = 500
}
