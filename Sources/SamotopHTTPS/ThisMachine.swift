import NameResolution

/// `localhost` is this machine (RFC 6761 §6.3).
struct ThisMachine: Resolver {
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let address = IPAddress(type == .aaaa ? "::1" : "127.0.0.1")
        return Answer(address.map { .records([.address($0)]) } ?? .noData)
    }
}
