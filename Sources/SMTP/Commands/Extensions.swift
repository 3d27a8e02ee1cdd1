/// A set of SMTP service extensions (RFC 5321 §2.2): what a server offers, or what a command makes use of.
public struct Extensions: OptionSet, Sendable, Hashable {
    /// One bit for each extension.
    public let rawValue: UInt32

    /// A set of the bits in `rawValue`.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// PIPELINING, RFC 2920
    public static let pipelining = Extensions(rawValue: 1 << 0)
    /// 8BITMIME, RFC 6152
    public static let eightBitMIME = Extensions(rawValue: 1 << 1)
    /// SIZE, RFC 1870
    public static let size = Extensions(rawValue: 1 << 2)
    /// SMTPUTF8, RFC 6531
    public static let smtpUTF8 = Extensions(rawValue: 1 << 3)
    /// ENHANCEDSTATUSCODES, RFC 2034
    public static let enhancedStatusCodes = Extensions(rawValue: 1 << 4)
    /// CHUNKING, RFC 3030
    public static let chunking = Extensions(rawValue: 1 << 5)
    /// BINARYMIME, RFC 3030
    public static let binaryMIME = Extensions(rawValue: 1 << 6)
    /// DSN, RFC 3461
    public static let dsn = Extensions(rawValue: 1 << 7)
    /// STARTTLS, RFC 3207
    public static let startTLS = Extensions(rawValue: 1 << 8)
    /// REQUIRETLS, RFC 8689
    public static let requireTLS = Extensions(rawValue: 1 << 9)
    /// LIMITS, RFC 9422
    public static let limits = Extensions(rawValue: 1 << 10)
    /// HELP, RFC 5321 §4.1.1.8
    public static let help = Extensions(rawValue: 1 << 11)
    /// AUTH, RFC 4954
    public static let auth = Extensions(rawValue: 1 << 12)
    /// FUTURERELEASE, RFC 4865
    public static let futureRelease = Extensions(rawValue: 1 << 13)
    /// DELIVERBY, RFC 2852
    public static let deliverBy = Extensions(rawValue: 1 << 14)
    /// MT-PRIORITY, RFC 6710
    public static let priority = Extensions(rawValue: 1 << 15)

    /// Every extension above.
    public static let all = Extensions(rawValue: (1 << 16) - 1)
}
