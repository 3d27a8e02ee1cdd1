import NameResolution
import SMTP
import Synchronization

@testable import SamotopRelay

/// A zone in the form `("example.org", "MX", "10 mx.example.org")`.
func zone(_ entries: [(name: String, type: String, value: String)]) throws -> ZoneResolver {
    try ZoneResolver(entries: entries)
}

/// Numbers that repeat from a seed (SplitMix64).
final class SeededRandomness: Sendable {
    private let state: Mutex<UInt64>
    init(_ seed: UInt64) { state = Mutex(seed) }
    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }
    }
}

extension RelaySettings {
    /// For a host named `relay.test`.
    static func testing() throws -> RelaySettings {
        guard let hello = Domain("relay.test") else { throw TestProblem("hello") }
        return RelaySettings(hello: hello)
    }
}

struct TestProblem: Error {
    let words: String
    init(_ words: String) { self.words = words }
}

extension MailRouter {
    /// A router whose choices repeat.
    static func testing(
        _ resolver: any Resolver, seed: UInt64 = 1, _ change: (inout RelaySettings) -> Void = { _ in }
    ) throws -> MailRouter {
        var settings = try RelaySettings.testing()
        change(&settings)
        let randomness = SeededRandomness(seed)
        return MailRouter(resolver: resolver, settings: settings, random: { randomness.next() })
    }

    func route(_ domain: String) async throws -> Routing {
        guard let domain = Domain(domain) else { throw TestProblem("domain") }
        return await route(to: domain)
    }
}

extension Routing {
    var hosts: [MailHost] {
        if case .hosts(let hosts) = self { hosts } else { [] }
    }
    /// `name:address,address` in order.
    var text: [String] {
        switch self {
        case .hosts(let hosts):
            hosts.map { host in
                "\(host.preference) \(host.name?.text ?? "-") "
                    + host.endpoints.map { $0.address ?? "unix" }.joined(separator: ",")
            }
        case .refused(let failure): ["refused \(failure.rawValue)"]
        case .postponed(let failure, _): ["postponed \(failure.rawValue)"]
        }
    }
}
