/// A type of resource record, by its number in the registry (RFC 1035 §3.2.2 and later).
public struct RecordType: Sendable, Hashable, RawRepresentable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = RecordType(rawValue: 1)
    public static let ns = RecordType(rawValue: 2)
    public static let cname = RecordType(rawValue: 5)
    public static let soa = RecordType(rawValue: 6)
    public static let ptr = RecordType(rawValue: 12)
    public static let mx = RecordType(rawValue: 15)
    public static let txt = RecordType(rawValue: 16)
    public static let aaaa = RecordType(rawValue: 28)
    public static let srv = RecordType(rawValue: 33)
    public static let ds = RecordType(rawValue: 43)
    public static let rrsig = RecordType(rawValue: 46)
    public static let dnskey = RecordType(rawValue: 48)
    public static let tlsa = RecordType(rawValue: 52)

    private static let names: [RecordType: String] = [
        .a: "A", .ns: "NS", .cname: "CNAME", .soa: "SOA", .ptr: "PTR", .mx: "MX", .txt: "TXT", .aaaa: "AAAA",
        .srv: "SRV",
        .ds: "DS", .rrsig: "RRSIG", .dnskey: "DNSKEY", .tlsa: "TLSA",
    ]

    /// The type of this name, in any case: `MX`, or `TYPE15` (RFC 3597 §5).
    public init?(_ name: String) {
        let name = name.uppercased()
        if let known = Self.names.first(where: { $0.value == name })?.key {
            self = known
        } else if name.hasPrefix("TYPE"), let number = UInt16(name.dropFirst(4)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }
}

extension RecordType: CustomStringConvertible {
    /// For example `MX`, or `TYPE99` for one without a name here.
    public var description: String { Self.names[self] ?? "TYPE\(rawValue)" }
}
