/// The TXT record at `_smtp._tls` below a domain (RFC 8460 §3): where it wants reports.
public struct TLSReportRecord: Sendable, Hashable {
    /// Where a report goes.
    public enum Destination: Sendable, Hashable {
        /// By mail: the address, as it is in the URI with its percent-encoding undone.
        case mail([UInt8])
        /// By HTTPS POST: the URI.
        case https(String)
    }

    /// Why there is no record.
    public enum Failure: String, Sendable, Hashable, Error {
        /// No text begins with `v=TLSRPTv1;`.
        case none
        /// More than one does.
        case several
        /// It is malformed, or has no destination that is known.
        case malformed
    }

    /// Destinations at most; more are left out.
    public static let maximumDestinations = 10
    /// Octets of a destination at most; a longer one is none.
    public static let maximumDestination = 1_024

    /// At least one.
    public let destinations: [Destination]

    /// The one record among the texts of the name.
    public init(texts: [[UInt8]]) throws(Failure) {
        let records = texts.compactMap { TextFields($0, version: "TLSRPTv1") }
        guard let fields = records.first else { throw .none }
        guard records.count == 1 else { throw .several }
        let uris = fields.values(of: "rua").flatMap { $0.split(separator: UInt8(ascii: ",")) }
        let destinations = uris.lazy.compactMap { Self.destination($0.trimmed) }.prefix(Self.maximumDestinations)
        guard !fields.isMalformed, !destinations.isEmpty else { throw .malformed }
        self.destinations = Array(destinations)
    }

    private static func destination(_ uri: ArraySlice<UInt8>) -> Destination? {
        guard uri.count <= maximumDestination, uri.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let scheme = uri.prefix { $0 != UInt8(ascii: ":") }
        let rest = uri.dropFirst(scheme.count + 1)
        switch String(decoding: scheme, as: UTF8.self).lowercased() {
        case "https" where rest.starts(with: "//".utf8) && rest.count > 2:
            return .https(String(decoding: uri, as: UTF8.self))
        case "mailto":
            // RFC 6068 §2: what follows `?` are fields of a message, of no use here.
            guard let address = undoPercentEncoding(rest.prefix { $0 != UInt8(ascii: "?") }),
                let at = address.lastIndex(of: UInt8(ascii: "@")), at > 0, at < address.count - 1,
                address.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { return nil }
            return .mail(address)
        default: return nil
        }
    }

    private static func undoPercentEncoding(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var (octets, rest) = ([UInt8](), text)
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                octets.append(byte)
                continue
            }
            guard rest.count >= 2, rest.prefix(2).allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let octet = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            octets.append(octet)
            rest = rest.dropFirst(2)
        }
        return octets
    }
}
