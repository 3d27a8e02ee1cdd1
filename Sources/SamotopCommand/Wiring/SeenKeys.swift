import NameResolution
import SamotopCore
import SenderAuthentication
import Synchronization
import TransportSecurity

/// Notes by which DKIM keys other domains' mail was signed, for the page *Signatures*: each key once a day.
///
/// Mail waits for none of it. When more is seen than can be written, the rest is noted with a later message.
final class SeenKeys: Sendable {
    private struct Key: Hashable {
        let domain: DNSName
        let selector: DNSName
        let octets: [UInt8]
    }

    /// Keys that are known to be noted; over it all are forgotten.
    static let maximumKeys = 10_000
    /// Notes that may wait.
    static let maximumWaiting = 100
    private static let day: Int64 = 86_400

    private let peers: any PeerStore
    private let noted = Mutex<[Key: Int64]>([:])
    private let waiting = Atomic(0)

    init(_ peers: any PeerStore) { self.peers = peers }

    /// Takes the keys of signatures that hold.
    func observe(_ findings: MessageFindings, _ time: Timestamp) {
        for finding in findings.signatures where finding.result == .pass {
            guard let domain = finding.domain, let selector = finding.selector, let octets = finding.keyOctets else {
                continue
            }
            note(
                octets, of: domain, selector: selector, algorithm: finding.algorithm?.keyType.rawValue ?? "",
                bits: finding.keyBits ?? 0, now: time.seconds)
        }
    }

    /// Takes a key that a domain's mail was signed by.
    func note(
        _ octets: [UInt8], of domain: DNSName, selector: DNSName, algorithm: String, bits: Int, now: Int64
    ) {
        guard isNew(Key(domain: domain, selector: selector, octets: octets), now) else { return }
        let seen = DKIMKeyObservation(
            selector: selector.text, key: Fingerprint(of: octets), algorithm: algorithm, bits: bits, now: now)
        Task { [self] in
            defer { waiting.subtract(1, ordering: .relaxed) }
            // What can't be written is noted another time: the page shows a little less.
            _ = try? await peers.change(domain) { known in
                var record = known ?? PeerRecord(domain: domain, now: now)
                record.note(seen)
                return record
            }
        }
    }

    /// Notes that wait to be written.
    var unwritten: Int { waiting.load(ordering: .relaxed) }

    /// Whether it is to be noted now; counts it as waiting then.
    private func isNew(_ key: Key, _ now: Int64) -> Bool {
        noted.withLock { noted in
            if let last = noted[key], (0..<Self.day).contains(now &- last) { return false }
            guard waiting.load(ordering: .relaxed) < Self.maximumWaiting else { return false }
            waiting.add(1, ordering: .relaxed)
            if noted.count >= Self.maximumKeys { noted.removeAll() }
            noted[key] = now
            return true
        }
    }
}
