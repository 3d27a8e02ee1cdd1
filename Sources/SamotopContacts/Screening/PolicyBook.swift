public import SamotopCore
import Synchronization

/// What owners chose for strangers, at hand: asked again when an answer is older than ``freshness``.
public final class PolicyBook: Sendable {
    private struct Choices: Sendable {
        let exact: [String: ScreeningPolicy]
        /// The longest first.
        let globs: [(glob: Glob, policy: ScreeningPolicy)]
        let asked: Timestamp
    }

    /// Seconds that an answer holds.
    public static let freshness: Int64 = 10

    private let store: (any PolicyStore)?
    private let standard: ScreeningPolicy
    private let mayKeepSubject: @Sendable (Owner) async -> Bool
    private let clock: any WallClock
    private let known = Mutex(GenerationCache<Owner, Choices>(capacity: 10_000))

    /// - Parameters:
    ///   - store: what owners chose; nil: nobody chooses.
    ///   - standard: the configuration's, for all others.
    ///   - mayKeepSubject: no: strangers' subjects aren't kept, whatever was chosen, since only the owner may read any mail.
    public init(
        _ store: (any PolicyStore)? = nil, standard: ScreeningPolicy = ScreeningPolicy(),
        mayKeepSubject: @escaping @Sendable (Owner) async -> Bool = { _ in true },
        clock: any WallClock = SystemClock()
    ) {
        self.store = store
        self.standard = standard
        self.mayKeepSubject = mayKeepSubject
        self.clock = clock
    }

    /// The policy for an address of the owner: the one for exactly this address, else that of the longest pattern that
    /// matches, else the one for all the owner's addresses, else the configuration's. The address is in lower case.
    public func policy(for address: String, of owner: Owner) async throws -> ScreeningPolicy {
        var policy = try await chosenPolicy(for: address, of: owner)
        if policy.takesSubject, await !mayKeepSubject(owner) { policy.takesSubject = false }
        return policy
    }

    private func chosenPolicy(for address: String, of owner: Owner) async throws -> ScreeningPolicy {
        guard let store else { return standard }
        let choices: Choices
        let now = clock.now()
        if let known = known.withLock({ $0.value(owner) }), abs(now.seconds - known.asked.seconds) < Self.freshness {
            choices = known
        } else {
            choices = try await Self.choices(store.policies(of: owner), now)
            known.withLock { $0.insert(choices, owner) }
        }
        if let exact = choices.exact[address] { return exact }
        if choices.globs.isEmpty { return choices.exact[""] ?? standard }
        let octets = Array(address.utf8)
        return choices.globs.first { $0.glob.matches(octets) }?.policy ?? choices.exact[""] ?? standard
    }

    private static func choices(_ policies: [AddressPolicy], _ now: Timestamp) -> Choices {
        var exact: [String: ScreeningPolicy] = [:]
        var globs: [(glob: Glob, policy: ScreeningPolicy)] = []
        for choice in policies {
            if choice.address.utf8.contains(UInt8(ascii: "*")) {
                if let glob = Glob(choice.address) { globs.append((glob, choice.policy)) }
            } else {
                exact[choice.address] = choice.policy
            }
        }
        globs.sort { ($1.glob.text.utf8.count, $0.glob.text) < ($0.glob.text.utf8.count, $1.glob.text) }
        return Choices(exact: exact, globs: globs, asked: now)
    }
}
