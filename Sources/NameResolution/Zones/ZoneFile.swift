/// The records of a zone file (RFC 1035 §5).
///
/// Known are `$ORIGIN` and `$TTL`, the class IN, and the types A, AAAA, MX, TXT, PTR, CNAME, NS, SOA, SRV and TLSA; any
/// other type in the form of RFC 3597. A time may be written as `1h30m`.
public struct ZoneFile: Sendable, Hashable {
    /// Octets of a file at most.
    public static let maximumLength = 16 << 20
    /// Records of a file at most.
    public static let maximumRecords = 100_000
    /// Seconds that a record holds when the file doesn't say.
    public static let defaultTimeToLive: UInt32 = 3_600

    /// A record of the file.
    public struct Record: Sendable, Hashable {
        public let name: DNSName
        public let type: RecordType
        /// Seconds.
        public let timeToLive: UInt32
        public let data: RecordData
    }

    /// The records in the order of the file.
    public private(set) var records: [Record] = []

    /// Reads a file.
    ///
    /// - Parameter origin: what names without a dot at their end are below, until the file says so itself.
    public init(_ text: some Collection<UInt8>, origin: DNSName = .root) throws(ZoneFileError) {
        guard text.count <= Self.maximumLength else { throw ZoneFileError(1, .tooLong) }
        var reader = ZoneEntryReader(Array(text))
        var state = State(origin: origin)
        while let entry = try reader.next() {
            guard let record = try Self.read(entry, &state) else { continue }
            guard records.count < Self.maximumRecords else {
                throw ZoneFileError(entry.fields.first?.line ?? 1, .tooManyRecords)
            }
            records.append(record)
        }
    }

    /// What an entry leaves to those behind it.
    private struct State {
        var origin: DNSName
        var owner: DNSName?
        var lastTimeToLive: UInt32?
        var defaultTimeToLive: UInt32?
    }

    /// The record of an entry; nil for a directive.
    private static func read(_ entry: ZoneEntryReader.Entry, _ state: inout State) throws(ZoneFileError) -> Record? {
        var fields = ZoneFields(entry.fields, origin: state.origin)
        if entry.hasOwner, let first = fields.peek, !first.isQuoted, first.text.first == UInt8(ascii: "$") {
            _ = try fields.field("directive")
            if first.isWord("$ORIGIN") {
                state.origin = try fields.name("origin")
            } else if first.isWord("$TTL") {
                state.defaultTimeToLive = try fields.timeToLive("time to live")
            } else {
                throw ZoneFileError(fields.line, .directive(first.shown))
            }
            try fields.end()
            return nil
        }
        if entry.hasOwner { state.owner = try fields.name("owner") }
        guard let owner = state.owner else { throw ZoneFileError(fields.line, .noOwner) }
        let stated = try skipTimeAndClass(&fields)
        // RFC 2308 §4: $TTL stands for what isn't stated; without it the last stated time does (RFC 1035 §5.1).
        let timeToLive = stated ?? state.defaultTimeToLive ?? state.lastTimeToLive ?? defaultTimeToLive
        state.lastTimeToLive = timeToLive
        let type = try readType(&fields)
        return Record(name: owner, type: type, timeToLive: timeToLive, data: try RecordData(type, &fields))
    }

    /// The time to live, if it is stated; it and the class may stand in either order.
    private static func skipTimeAndClass(_ fields: inout ZoneFields) throws(ZoneFileError) -> UInt32? {
        var (timeToLive, hasClass): (UInt32?, Bool) = (nil, false)
        while let field = fields.peek {
            if timeToLive == nil, !field.isQuoted, field.text.first?.isDigit == true {
                timeToLive = try fields.timeToLive("time to live")
            } else if !hasClass, field.isWord("IN") || field.isWord("CLASS1") {
                _ = try fields.field("class")
                hasClass = true
            } else if field.isWord("CH") || field.isWord("HS") || field.isWord("CS") {
                throw ZoneFileError(field.line, .recordClass(field.shown))
            } else {
                break
            }
        }
        return timeToLive
    }

    private static func readType(_ fields: inout ZoneFields) throws(ZoneFileError) -> RecordType {
        let field = try fields.field("type")
        guard !field.isQuoted, let type = RecordType(field.shown) else {
            throw ZoneFileError(field.line, .type(field.shown))
        }
        return type
    }
}
