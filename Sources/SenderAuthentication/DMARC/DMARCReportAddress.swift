import InternetMessage
public import NameResolution
public import SMTP

/// A `mailto:` URI of `rua` or `ruf`: where reports are wanted (RFC 9989 §4.6).
public struct DMARCReportAddress: Sendable, Hashable {
    /// The mailbox.
    public let mailbox: Mailbox
    /// The domain of the mailbox, as A-labels.
    public let domain: DNSName
    /// Octets of a report at most, by the obsolete `!10m` behind the URI: reporters should not heed it (RFC 9989 §4.8).
    public let maximumSize: UInt64?

    /// The report address of this mailbox; nil when its domain is no name of the DNS.
    public init?(_ mailbox: Mailbox, maximumSize: UInt64? = nil) {
        guard case .name(let name) = mailbox.domain, let domain = DNSName(internationalized: name.bytes) else {
            return nil
        }
        self.mailbox = mailbox
        self.domain = domain
        self.maximumSize = maximumSize
    }
}

/// What a `dmarc-urilist` holds (RFC 9989 §4.8).
struct DMARCURIList {
    /// The first addresses, up to ``DMARCRecord/maximumReportAddresses``.
    let addresses: [DMARCReportAddress]
    /// Whether any URI is well-formed, of a scheme that reports can be sent by or not.
    let hasValidURI: Bool

    /// Reads the value of `rua` or `ruf`. URIs that are malformed, or not `mailto:`, are left out.
    init(_ value: [UInt8]) {
        var addresses: [DMARCReportAddress] = []
        var hasValidURI = false
        for item in value.split(separator: UInt8(ascii: ",")) {
            guard let (uri, size) = Self.withoutSize(item.trimmingWSP), let colon = Self.endOfScheme(uri) else {
                continue
            }
            let rest = uri[(colon + 1)...]
            if uri[..<colon].map(\.lowercasedASCII).elementsEqual("mailto".utf8) {
                guard let mailbox = Self.mailbox(rest),
                    let address = DMARCReportAddress(mailbox, maximumSize: size)
                else { continue }
                if addresses.count < DMARCRecord.maximumReportAddresses { addresses.append(address) }
            }
            hasValidURI = true
        }
        self.addresses = addresses
        self.hasValidURI = hasValidURI
    }

    /// `obs-dmarc-report-size`: `"!" 1*DIGIT [ "k" / "m" / "g" / "t" ]`. A number that is too large is the largest one.
    private static func withoutSize(_ item: ArraySlice<UInt8>) -> (uri: ArraySlice<UInt8>, size: UInt64?)? {
        guard let mark = item.firstIndex(of: UInt8(ascii: "!")) else { return (item, nil) }
        var digits = item[(mark + 1)...]
        var scale: UInt64 = 1
        if let unit = digits.last, !unit.isDigit {
            guard let place = Array("kmgt".utf8).firstIndex(of: unit.lowercasedASCII) else { return nil }
            scale <<= UInt64(10 * (place + 1))
            digits.removeLast()
        }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        var size: UInt64 = 0
        for digit in digits { size = size.saturating(times: 10, plus: UInt64(digit - 0x30)) }
        return (item[..<mark], size.saturating(times: scale, plus: 0))
    }

    /// The colon behind the scheme (RFC 3986 §3.1), when all octets of the URI may stand in one and something follows
    /// it.
    private static func endOfScheme(_ uri: ArraySlice<UInt8>) -> Int? {
        guard let colon = uri.firstIndex(of: UInt8(ascii: ":")), colon < uri.endIndex - 1,
            uri.first?.isAlpha == true,
            uri[..<colon].allSatisfy({ $0.isAlphanumeric || Array("+-.".utf8).contains($0) }),
            uri.allSatisfy(isURIOctet)
        else { return nil }
        return colon
    }

    // RFC 3986 §2: reserved, unreserved and the sign of an encoded octet; the comma and the exclamation mark are taken.
    private static func isURIOctet(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || Array(":/?#[]@$&'()*+;=-._~%".utf8).contains(byte)
    }

    /// The address of RFC 6068 §2, its encoded octets decoded, what follows a `?` left out.
    private static func mailbox(_ text: ArraySlice<UInt8>) -> Mailbox? {
        var octets: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex, text[index] != UInt8(ascii: "?") {
            var octet = text[index]
            if octet == UInt8(ascii: "%") {
                guard text.endIndex - index > 2, let high = text[index + 1].hexadecimalValue,
                    let low = text[index + 2].hexadecimalValue
                else { return nil }
                octet = high << 4 | low
                index += 2
            }
            octets.append(octet)
            index += 1
        }
        return Mailbox(octets)
    }
}

extension UInt64 {
    /// `self * factor + summand`, or the greatest number.
    fileprivate func saturating(times factor: UInt64, plus summand: UInt64) -> UInt64 {
        let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
        let (sum, overflows) = product.addingReportingOverflow(summand)
        return isTooLarge || overflows ? .max : sum
    }
}

extension UInt8 {
    /// What a hexadecimal digit stands for.
    fileprivate var hexadecimalValue: UInt8? {
        switch lowercasedASCII {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: lowercasedASCII - 0x61 + 10
        default: nil
        }
    }
}
