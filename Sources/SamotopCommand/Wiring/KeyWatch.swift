import Foundation
import Logging
import NameResolution
import SamotopSigning
import ServiceLifecycle

/// Looks every hour whether the DNS shows the keys that are to follow others, and lets them sign then.
struct KeyWatch: Service {
    private let keys: [(domain: DNSName, key: SigningKey)]
    private let sightings: KeySightings
    private let resolver: any Resolver
    private let logger: Logger

    /// Nil: no key follows another one.
    init?(_ keys: [DNSName: [SigningKey]], _ sightings: KeySightings, _ resolver: any Resolver, _ logger: Logger) {
        self.keys = keys.flatMap { domain, keys in
            keys.filter { key in
                keys.count { $0.key.algorithm.keyType == key.key.algorithm.keyType } > 1
            }.map { (domain, $0) }
        }
        guard !self.keys.isEmpty else { return nil }
        self.sightings = sightings
        self.resolver = resolver
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last: [String: Bool] = [:]
            while !Task.isCancelled {
                await look(&last)
                do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
            }
        }
    }

    private func look(_ last: inout [String: Bool]) async {
        for (domain, key) in keys {
            let found = await KeyPublication(
                of: key, of: domain, with: resolver, now: Int64(Date().timeIntervalSince1970))
            // What the DNS doesn't say changes nothing.
            if case .unanswered = found { continue }
            sightings.set(key, of: domain, isSeen: found.isGood)
            let name = "\(key.selector.text)._domainkey.\(domain.text)"
            if last[name] != found.isGood {
                logger.notice(
                    "a key for signatures was looked for", metadata: ["key": "\(name)", "found": "\(found.words)"])
            }
            last[name] = found.isGood
        }
    }
}
