import SamotopCore

/// The header of HAProxy's PROXY protocol, versions 1 and 2, by which a trusted balancer tells the client's address.
struct ProxyHeader: Equatable {
    enum Reading: Equatable {
        case header(ProxyHeader)
        /// More octets are needed.
        case incomplete
        /// Not a PROXY header: the connection must be closed.
        case invalid
    }

    /// Nil: the balancer speaks for itself (LOCAL, UNKNOWN).
    let client: ClientAddress?
    /// Octets of the header.
    let length: Int

    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let maximumTextLength = 107
    private static let maximumBinaryLength = 16 + 4_096

    static func read(_ bytes: [UInt8]) -> Reading {
        guard let first = bytes.first else { return .incomplete }
        return first == UInt8(ascii: "P") ? readText(bytes) : readBinary(bytes)
    }

    // Version 1: a line of text.
    private static func readText(_ bytes: [UInt8]) -> Reading {
        let word = Array("PROXY ".utf8)
        guard bytes.prefix(word.count).elementsEqual(word.prefix(bytes.count)) else { return .invalid }
        guard let end = bytes.prefix(maximumTextLength).firstIndex(of: 0x0A) else {
            return bytes.count < maximumTextLength ? .incomplete : .invalid
        }
        guard end > 0, bytes[end - 1] == 0x0D else { return .invalid }
        let words = bytes[..<(end - 1)].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count >= 2 else { return .invalid }
        let family = String(decoding: words[1], as: UTF8.self)
        if family == "UNKNOWN" { return .header(ProxyHeader(client: nil, length: end + 1)) }
        guard words.count == 6, !words[2].contains(UInt8(ascii: "/")),
            let network = IPNetwork(String(decoding: words[2], as: UTF8.self)),
            [words[4], words[5]].allSatisfy({ UInt16(String(decoding: $0, as: UTF8.self)) != nil })
        else { return .invalid }
        switch (family, network.prefix.count) {
        case ("TCP4", 4): return .header(ProxyHeader(client: .ipv4(network.prefix), length: end + 1))
        case ("TCP6", 16): return .header(ProxyHeader(client: ClientAddress(ipv6: network.prefix), length: end + 1))
        default: return .invalid
        }
    }

    // Version 2: binary.
    private static func readBinary(_ bytes: [UInt8]) -> Reading {
        guard bytes.prefix(12).elementsEqual(signature.prefix(bytes.count)) else { return .invalid }
        guard bytes.count >= 16 else { return .incomplete }
        guard bytes[12] >> 4 == 2 else { return .invalid }
        let length = 16 + (Int(bytes[14]) << 8 | Int(bytes[15]))
        guard length <= maximumBinaryLength else { return .invalid }
        guard bytes.count >= length else { return .incomplete }
        switch (bytes[12] & 0x0F, bytes[13]) {
        case (0, _): return .header(ProxyHeader(client: nil, length: length))
        case (1, 0x11):
            guard length >= 16 + 12 else { return .invalid }
            return .header(ProxyHeader(client: .ipv4(Array(bytes[16..<20])), length: length))
        case (1, 0x21):
            guard length >= 16 + 36 else { return .invalid }
            return .header(ProxyHeader(client: ClientAddress(ipv6: Array(bytes[16..<32])), length: length))
        default: return .invalid
        }
    }
}
