extension DNSName {
    /// The name in presentation form without a dot at the end (RFC 1035 §5.1, RFC 4343 §2.1): a dot or backslash in a label is
    /// `\.` or `\\`, what isn't printable ASCII `\DDD`. The root is `.`.
    public var text: String {
        isPlain ? String(decoding: plainOctets, as: UTF8.self) : String(decoding: escapedOctets, as: UTF8.self)
    }

    /// The octets of ``text``.
    package var textOctets: [UInt8] { isPlain ? plainOctets : escapedOctets }

    /// As ``text``; what means something in a zone file is escaped, too (RFC 1035 §5.1).
    var zoneText: String {
        var octets: [UInt8] = []
        for octet in textOctets {
            if "\"();@$".utf8.contains(octet) { octets.append(UInt8(ascii: "\\")) }
            octets.append(octet)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// The labels as they are, with dots between them; empty for the root.
    package var plainOctets: [UInt8] {
        guard wire.count > 1 else { return [] }
        var octets = Array(wire[1..<wire.count - 1])
        var next = Int(wire[0])
        while next < octets.count {
            let length = Int(octets[next])
            octets[next] = UInt8(ascii: ".")
            next += 1 + length
        }
        return octets
    }

    /// Whether no octet is written other than as it is.
    private var isPlain: Bool {
        guard wire.count > 1 else { return false }
        var start = 0
        while start < wire.count, wire[start] > 0 {
            let end = start + 1 + Int(wire[start])
            for index in start + 1..<end {
                switch wire[index] {
                case UInt8(ascii: "."), UInt8(ascii: "\\"): return false
                case 0x21...0x7E: continue
                default: return false
                }
            }
            start = end
        }
        return true
    }

    private var escapedOctets: [UInt8] {
        guard wire.count > 1 else { return [UInt8(ascii: ".")] }
        var text: [UInt8] = []
        for (index, label) in labels.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ".")) }
            for byte in label { Self.write(byte, into: &text) }
        }
        return text
    }

    private static func write(_ byte: UInt8, into text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case 0x21...0x7E: text.append(byte)
        default: text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        }
    }
}

extension DNSName: CustomStringConvertible {
    /// The name in presentation form. Names are public things, unlike addresses; whose mail asked for one isn't told here.
    public var description: String { text }
}
