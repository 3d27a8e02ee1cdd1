/// How much of a report is read. A report that is over a limit is refused, but for rows, which are summed up.
public struct ReadingLimits: Sendable, Hashable {
    /// Octets of the file as it was sent, compressed or not.
    public var file = 12 << 20
    /// Octets of a TLS report in JSON, unpacked.
    public var json = 4 << 20
    /// Octets of a DMARC report in XML, unpacked.
    public var xml = 16 << 20
    /// How many times as long as what it is unpacked from a file may be, once it is over a mebibyte. A report of a large
    /// provider comes to 40; a bomb to 1,000.
    public var ratio = 200
    /// Elements, or objects and arrays, in one another.
    public var depth = 24
    /// Values of a JSON text.
    public var values = 200_000
    /// Rows of a DMARC report that are kept apart, and policies and failures of a TLS report; those that are over it are summed up.
    public var rows = 1_000

    /// The defaults.
    public init() {}
}
