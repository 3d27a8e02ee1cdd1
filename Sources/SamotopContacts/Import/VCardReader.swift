/// The properties of vCards (RFC 6350 §3.3, RFC 2426), lines unfolded.
struct VCardReader: Sequence {
    struct Property {
        /// Where it begins, from 1.
        let line: Int
        /// In lower case, without a group.
        let name: [UInt8]
        /// As it stands.
        let value: [UInt8]

        /// The value for people: escapes resolved, no control characters (RFC 6350 §3.4).
        var text: String {
            var out: [UInt8] = []
            var isEscaped = false
            for octet in value.prefix(2_000) {
                if isEscaped {
                    out.append(octet == UInt8(ascii: "n") || octet == UInt8(ascii: "N") ? 0x20 : octet)
                    isEscaped = false
                } else if octet == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    out.append(octet < 0x20 || octet == 0x7F ? 0x20 : octet)
                }
            }
            return String(decoding: out, as: UTF8.self)
        }

        /// The value as an address; `mailto:` before it is left out.
        var address: [UInt8] {
            let address = value.trimmed()
            let scheme = Array("mailto:".utf8)
            let hasScheme = address.prefix(scheme.count).map(\.foldedASCII) == scheme
            return Array(hasScheme ? address.dropFirst(scheme.count) : address)
        }
    }

    /// Octets of an unfolded line; what goes over is left out: a photograph, for example.
    private static let maximumLine = 8_192
    private let octets: [UInt8]

    init(_ octets: [UInt8]) { self.octets = octets }

    func makeIterator() -> AnyIterator<Property> {
        let lines = TextLines(octets).makeIterator()
        var ahead = lines.next()
        return AnyIterator {
            while let first = ahead {
                var unfolded = Array(first.octets.prefix(Self.maximumLine))
                ahead = lines.next()
                // RFC 6350 §3.2
                while let next = ahead, let mark = next.octets.first, mark == 0x20 || mark == 0x09 {
                    unfolded += next.octets.dropFirst().prefix(Self.maximumLine - unfolded.count)
                    ahead = lines.next()
                }
                if let property = Self.property(unfolded, first.number) { return property }
            }
            return nil
        }
    }

    /// `[group "."] name *(";" param) ":" value`; a quoted parameter may hold a colon.
    private static func property(_ line: [UInt8], _ number: Int) -> Property? {
        var isQuoted = false
        var nameEnd: Int?
        for (index, octet) in line.enumerated() {
            switch octet {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ";") where nameEnd == nil: nameEnd = index
            case UInt8(ascii: ":") where !isQuoted:
                let name = line[..<(nameEnd ?? index)]
                let bare = name.lastIndex(of: UInt8(ascii: ".")).map { name[($0 + 1)...] } ?? name
                return Property(line: number, name: bare.map(\.foldedASCII), value: Array(line[(index + 1)...]))
            default: continue
            }
        }
        return nil
    }
}
