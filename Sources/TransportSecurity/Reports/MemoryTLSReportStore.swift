import NameResolution
import Synchronization

/// Counts in memory, up to limits. A session without room for its failure is counted as failed; one without room for
/// its policy is forgotten.
public final class MemoryTLSReportStore: TLSReportStore {
    /// Policies of all domains and days at most.
    public let maximumPolicies: Int
    /// Policies of a domain in a day at most.
    public let maximumPoliciesOfDomain: Int
    /// Different failures of a policy in a day at most.
    public let maximumFailures: Int

    private struct Count {
        var successes = 0
        var failed = 0
        var failures: [TLSReportFailure: Int] = [:]
    }

    private struct State {
        var periods: [TLSReportPeriod.Key: [TLSReportPolicy: Count]] = [:]
        var policies = 0
        var forgotten = 0
    }

    private let state = Mutex(State())

    /// A store without counts.
    public init(maximumPolicies: Int = 20_000, maximumPoliciesOfDomain: Int = 32, maximumFailures: Int = 64) {
        self.maximumPolicies = maximumPolicies
        self.maximumPoliciesOfDomain = maximumPoliciesOfDomain
        self.maximumFailures = maximumFailures
    }

    /// Sessions that there was no room to count.
    public var forgotten: Int { state.withLock(\.forgotten) }

    public func add(_ session: TLSReportSession, at time: Int64) async throws {
        let period = TLSReportPeriod.Key(
            domain: session.policy.domain, begin: TLSReportPeriod.begin(at: time))
        state.withLock { state in
            var policies = state.periods[period] ?? [:]
            if policies[session.policy] == nil {
                guard state.policies < maximumPolicies, policies.count < maximumPoliciesOfDomain else {
                    state.forgotten &+= 1
                    return
                }
                state.policies += 1
            }
            var count = policies[session.policy] ?? Count()
            if let failure = session.failure {
                count.failed &+= 1
                if count.failures[failure] != nil || count.failures.count < maximumFailures {
                    count.failures[failure, default: 0] &+= 1
                }
            } else {
                count.successes &+= 1
            }
            policies[session.policy] = count
            state.periods[period] = policies
        }
    }

    public func ended(at time: Int64) async throws -> [TLSReportPeriod.Key] {
        let current = TLSReportPeriod.begin(at: time)
        return state.withLock { $0.periods.keys.filter { $0.begin < current } }
            .sorted { ($0.begin, $0.domain.text) < ($1.begin, $1.domain.text) }
    }

    public func period(_ key: TLSReportPeriod.Key) async throws -> TLSReportPeriod? {
        guard let policies = state.withLock({ $0.periods[key] }) else { return nil }
        return TLSReportPeriod(
            domain: key.domain, begin: key.begin,
            policies: policies.map(Self.policyCount).sorted { $0.order < $1.order })
    }

    public func remove(_ key: TLSReportPeriod.Key) async throws {
        state.withLock { state in
            if let policies = state.periods.removeValue(forKey: key) { state.policies -= policies.count }
        }
    }

    private static func policyCount(_ policy: TLSReportPolicy, _ count: Count) -> TLSReportPeriod.PolicyCount {
        let failures = count.failures.map { TLSReportPeriod.FailureCount(failure: $0.key, count: $0.value) }
        return TLSReportPeriod.PolicyCount(
            policy: policy, successes: count.successes, failed: count.failed,
            failures: failures.sorted { $0.order < $1.order })
    }
}

extension TLSReportPeriod.PolicyCount {
    fileprivate var order: (String, String) { (policy.kind.rawValue, policy.strings.joined(separator: "\n")) }
}

extension TLSReportPeriod.FailureCount {
    fileprivate var order: (Int, String, String, String) {
        (-count, failure.type.rawValue, failure.receivingHost?.text ?? "", failure.reason ?? "")
    }
}
