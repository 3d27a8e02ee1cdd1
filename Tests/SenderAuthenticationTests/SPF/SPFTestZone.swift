import NameResolution
import SenderAuthentication
import Testing

/// A zone of lines such as `example.org TXT v=spf1 -all`, `example.org MX 10 mx.example.org`, `example.org FAIL`.
func spfZone(_ lines: String...) throws -> ZoneResolver {
    var zone = ZoneResolver()
    for line in lines {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        let name = try #require(DNSName(words[0]))
        let data = words.count > 2 ? words[2] : ""
        switch words[1] {
        case "TXT": zone.add(name, .txt, .text([Array(data.utf8)]))
        case "A": zone.add(name, .a, .address(try #require(IPAddress(data))))
        case "AAAA": zone.add(name, .aaaa, .address(try #require(IPAddress(data))))
        case "PTR": zone.add(name, .ptr, .name(try #require(DNSName(data))))
        case "MX":
            let parts = data.split(separator: " ").map(String.init)
            let exchange = try #require(DNSName(parts[1]))
            zone.add(name, .mx, .mailExchange(preference: try #require(UInt16(parts[0])), exchange))
        case "FAIL": zone.fail(name, .serverFailure)
        default: Issue.record("a line of type \(words[1])")
        }
    }
    return zone
}

/// Whether a client may send from `ann@` the domain.
func spfQuestion(
    _ domain: String, localPart: String = "ann", client: String = "192.0.2.7", helo: String = "client.example",
    wantsExplanation: Bool = false
) throws -> SPFQuestion {
    let sender = SPFSender(localPart: Array(localPart.utf8), domain: Array(domain.utf8))
    return SPFQuestion(
        client: try #require(IPAddress(client)), domain: Array(domain.utf8), sender: sender, helo: Array(helo.utf8),
        receiver: Array("mx.our.test".utf8), time: 1_700_000_000, wantsExplanation: wantsExplanation)
}

/// What the zone says of a client.
func spfCheck(
    _ zone: any Resolver, _ question: SPFQuestion, limits: SPFLimits = .standard
) async -> SPFFinding {
    await SPFEvaluator(resolver: zone, limits: limits).checkHost(question)
}

/// The names that were asked for, in order, with their types.
func spfAsked(_ resolver: RecordedQuestions) -> [String] { resolver.entries.map { "\($0.name) \($0.type)" } }
