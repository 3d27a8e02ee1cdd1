import NameResolution

/// A record to publish: what it is, and how a zone file writes it.
struct ZoneRecord: Sendable, Hashable {
    let owner: DNSName
    let type: RecordType
    /// As the DNS answers it.
    let data: RecordData
    /// As a zone file writes it (RFC 1035 §5.1).
    let text: String

    /// A line of a zone file, with full names.
    var line: String { "\(owner.text). IN \(type == .caa ? "CAA" : "\(type)") \(text)" }

    static func address(_ owner: DNSName, _ address: IPAddress) -> ZoneRecord {
        ZoneRecord(owner: owner, type: address.isIPv6 ? .aaaa : .a, data: .address(address), text: "\(address)")
    }

    static func mailExchange(_ owner: DNSName, _ preference: UInt16, _ host: DNSName) -> ZoneRecord {
        ZoneRecord(
            owner: owner, type: .mx, data: .mailExchange(preference: preference, host),
            text: "\(preference) \(absolute(host))")
    }

    static func alias(_ owner: DNSName, _ target: DNSName) -> ZoneRecord {
        ZoneRecord(owner: owner, type: .cname, data: .name(target), text: absolute(target))
    }

    /// In strings of up to 255 octets (RFC 1035 §3.3.14).
    static func text(_ owner: DNSName, _ value: String) -> ZoneRecord {
        let octets = Array(value.utf8)
        let strings = stride(from: 0, to: octets.count, by: 255).map { Array(octets[$0..<min($0 + 255, octets.count)]) }
        let data = RecordData.text(strings)
        return ZoneRecord(owner: owner, type: .txt, data: data, text: "\(data)")
    }

    static func tlsa(_ owner: DNSName, _ digest: [UInt8]) -> ZoneRecord {
        let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: digest)
        return ZoneRecord(owner: owner, type: .tlsa, data: .tlsa(record), text: "\(record)")
    }

    /// Where a service is (RFC 2782); without a target: it isn't offered (RFC 6186 §3.4).
    static func service(_ owner: DNSName, _ target: (host: DNSName, port: UInt16)?) -> ZoneRecord {
        let numbers: [UInt16] = [0, target == nil ? 0 : 1, target?.port ?? 0]
        let host = target?.host ?? .root
        return ZoneRecord(
            owner: owner, type: .srv,
            data: .other(numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } + host.wire),
            text: "\(numbers[0]) \(numbers[1]) \(numbers[2]) \(absolute(host))")
    }

    /// Which authority may issue (RFC 8659 §4.2).
    static func authority(_ owner: DNSName, _ value: String) -> ZoneRecord {
        let tag = Array("issue".utf8)
        return ZoneRecord(
            owner: owner, type: .caa, data: .other([0, UInt8(tag.count)] + tag + Array(value.utf8)),
            text: "0 issue \"\(value)\"")
    }

    private static func absolute(_ name: DNSName) -> String { name == .root ? "." : "\(name.text)." }
}

extension RecordType {
    /// RFC 8659.
    static let caa = RecordType(rawValue: 257)
}
