import Foundation
import NameResolution
import SamotopCore
import SamotopQueue
import SamotopRelay
import TransportSecurity

/// Answers ``SignatureRequest``s: what is known of other servers' signatures, and what a person decides about them.
struct SignatureDesk: Sendable {
    /// Domains of a page.
    static let page = 100
    /// Who decides, as the record has it.
    static let maker = "command line"

    let peers: any PeerStore
    let queue: any QueueControl
    var clock: any WallClock = SystemClock()

    private var desk: PeerDesk { PeerDesk(peers: peers, queue: queue, clock: clock) }

    /// The answer to a line of JSON, as a line of JSON.
    func answer(_ line: Substring) async throws -> String {
        guard let request = try? JSONDecoder().decode(SignatureRequest.self, from: Data(line.utf8)) else {
            throw ControlRefusal(words: "this server can't read that; use the samotop that it was started from")
        }
        if request.action == .list {
            let after = try request.after.map(Self.name)
            return try Self.json(await desk.records(after: after, limit: Self.page))
        }
        let domain = try Self.name(request.domain ?? "")
        guard let decision = request.action.decision else {
            guard let record = try await desk.record(of: domain) else { throw Self.unknown(domain) }
            return try Self.json(record)
        }
        let keys = try request.keys.map { text in
            guard let key = Fingerprint(text) else {
                throw ControlRefusal(words: "\(text) is no SHA-256 fingerprint of 64 hexadecimal digits")
            }
            return key
        }
        do {
            return try Self.json(await desk.decide(decision, about: domain, keys: keys, by: Self.maker).record)
        } catch let error as PeerDeskError {
            switch error {
            case .unknownDomain(let domain): throw Self.unknown(domain)
            case .noKey: throw ControlRefusal(words: "name the key: --key SHA-256")
            case .tooManyKeys:
                throw ControlRefusal(words: "more than \(PeerDecision.maximumPins) keys; name fewer")
            }
        }
    }

    private static func name(_ text: String) throws(ControlRefusal) -> DNSName {
        guard let name = DNSName(internationalized: Array(text.utf8)) else {
            throw ControlRefusal(words: "\(text) is no domain")
        }
        return name
    }

    private static func unknown(_ domain: DNSName) -> ControlRefusal {
        ControlRefusal(words: "nothing is known of \(domain.text): no mail went there or came from there yet")
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension SignatureRequest.Action {
    /// What is decided; nil: it only asks.
    fileprivate var decision: PeerDesk.Decision? {
        switch self {
        case .list, .show: nil
        case .pin: .pin
        case .unpin: .unpin
        case .accept: .accept
        case .adopt: .adopt
        case .hold: .hold
        case .release: .release
        case .watch: .watch
        case .unwatch: .unwatch
        case .lower: .lower
        }
    }
}
