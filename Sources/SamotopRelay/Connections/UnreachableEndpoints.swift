import Synchronization

/// Where no connection could be made lately. Of a server's addresses those are tried last, so that a network that leads nowhere costs its
/// time-out now and then, and not with each connection (RFC 8305 §4 has clients remember which family works).
final class UnreachableEndpoints: Sendable {
    /// Seconds for which it is remembered.
    static let memory: Int64 = 600
    /// Endpoints that are remembered at most; for one more, the oldest are forgotten.
    static let maximum = 4_096

    private let failed = Mutex<[Endpoint: Int64]>([:])

    func note(_ endpoint: Endpoint, at now: Int64) {
        failed.withLock { failed in
            if failed.count >= Self.maximum {
                failed = failed.filter { Self.isRecent($0.value, now) }
                if failed.count >= Self.maximum, let oldest = failed.min(by: { $0.value < $1.value })?.key {
                    failed[oldest] = nil
                }
            }
            failed[endpoint] = now
        }
    }

    /// A connection was made.
    func forget(_ endpoint: Endpoint) { failed.withLock { $0[endpoint] = nil } }

    /// In their order, those that failed lately behind the others.
    func last(in endpoints: [Endpoint], at now: Int64) -> [Endpoint] {
        guard endpoints.count > 1 else { return endpoints }
        return failed.withLock { failed in
            func isBad(_ endpoint: Endpoint) -> Bool { failed[endpoint].map { Self.isRecent($0, now) } ?? false }
            return endpoints.filter { !isBad($0) } + endpoints.filter { isBad($0) }
        }
    }

    private static func isRecent(_ time: Int64, _ now: Int64) -> Bool { (0..<memory).contains(now &- time) }
}
