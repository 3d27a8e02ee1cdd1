import NameResolution

/// What the macros stand for in one check (RFC 7208 §7.2).
struct SPFMacroValues: Sendable {
    private let question: SPFQuestion
    private let senderDomain: [UInt8]
    private let helo: [UInt8]
    /// The domain whose record is evaluated.
    var domain: DNSName
    /// The validated name of the client, when there is one.
    var validatedName: DNSName?

    init(_ question: SPFQuestion, domain: DNSName) {
        self.question = question
        self.domain = domain
        senderDomain = Self.withALabels(question.sender.domain)
        helo = Self.withALabels(question.helo)
    }

    subscript(letter: SPFMacro.Letter) -> [UInt8] {
        switch letter {
        case .sender: question.sender.localPart + [UInt8(ascii: "@")] + senderDomain
        case .localPart: question.sender.localPart
        case .senderDomain: senderDomain
        case .domain: domain.spfText
        case .address: Self.dotted(question.client)
        case .validatedName: validatedName?.spfText ?? Array("unknown".utf8)
        case .addressFamily: Array((question.client.isIPv6 ? "ip6" : "in-addr").utf8)
        case .helo: helo
        case .readableAddress: Array(question.client.description.utf8)
        case .receiver: question.receiver.isEmpty ? Array("unknown".utf8) : question.receiver
        case .time: Array(String(question.time).utf8)
        }
    }

    /// RFC 8616 §4: domains stand there with A-labels.
    private static func withALabels(_ domain: [UInt8]) -> [UInt8] {
        guard domain.contains(where: { $0 >= 0x80 }), domain.count <= SPFQuestion.maximumDomain else { return domain }
        return DNSName(internationalized: domain)?.spfText ?? domain
    }

    /// The octets of an IPv4 address, the nibbles of an IPv6 address.
    private static func dotted(_ address: IPAddress) -> [UInt8] {
        let numbers = address.isIPv6 ? address.octets.flatMap { [$0 >> 4, $0 & 0x0F] } : address.octets
        return Array(numbers.map { String($0, radix: address.isIPv6 ? 16 : 10) }.joined(separator: ".").utf8)
    }
}

extension DNSName {
    /// The labels as they are, with dots between them.
    var spfText: [UInt8] { plainOctets }
}
