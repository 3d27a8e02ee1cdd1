import ACME
import Crypto
import Foundation
import Logging
import ServiceLifecycle

/// Has a certificate issued and renewed for as long as the server runs. What is served stays until the new one is there.
actor CertificateRenewal: Service {
    /// What an authority makes of an order.
    struct Issued: Sendable {
        let chain: String
        /// The account's URL.
        let account: String
    }

    /// Asks the authority for a certificate for these names and this key.
    typealias Issue = @Sendable (ACMEAccountKey, [String], P256.Signing.PrivateKey) async throws -> Issued

    /// Seconds until the time is looked at again: clocks are set.
    private static let longestSleep: Int64 = 3_600

    private static let noNextKey = ControlRefusal(words: "no key is prepared; do samotop acme rollover first")

    private let folder: CertificateFolder
    private let names: [String]
    private let issue: Issue
    private let onChange: @Sendable () throws -> Void
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let sleep: @Sendable (Duration) async throws -> Void
    private let chance: @Sendable () -> Double
    private let spread: Double
    private var failures = 0
    private var notBefore: Int64 = 0
    private var isBusy = false

    /// - Parameters:
    ///   - issue: asks the authority.
    ///   - onChange: takes up what was written.
    ///   - now: seconds since 1970.
    ///   - chance: 0 to 1.
    init(
        _ folder: CertificateFolder, names: [String], logger: Logger, issue: @escaping Issue,
        onChange: @escaping @Sendable () throws -> Void,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.folder = folder
        self.names = names
        self.logger = logger
        self.issue = issue
        self.onChange = onChange
        self.now = now
        self.sleep = sleep
        self.chance = chance
        spread = chance()
    }

    func run() async throws {
        if (try? folder.current())?.isSelfMade ?? true {
            logger.warning("no authority has issued a certificate yet: one that signs itself is served until then")
        }
        await cancelWhenGracefulShutdown { await self.keepRenewing() }
    }

    /// Until the task is cancelled.
    func keepRenewing() async {
        while !Task.isCancelled {
            let wait = due() - now()
            do {
                if wait <= 0, !isBusy {
                    try await attempt()
                } else {
                    try await sleep(.seconds(min(max(wait, 1), Self.longestSleep)))
                }
            } catch is CancellationError {
                return
            } catch {
                // It is in the log, and the next try is due later.
            }
        }
    }

    /// When the next try is due: seconds since 1970.
    func due() -> Int64 {
        guard let current = try? folder.current(), !current.isSelfMade, current.covers(names) else { return notBefore }
        return max(notBefore, RenewalSchedule.due(current.validity, chance: spread))
    }

    /// Renews at once, with the key that is prepared, or with the one in use.
    func renew(withNextKey: Bool) async throws -> String {
        guard !isBusy else { throw ControlRefusal(words: "a renewal is under way; ask again in a minute") }
        if withNextKey, try folder.nextKey() == nil { throw Self.noNextKey }
        do {
            try await attempt(withNextKey: withNextKey)
        } catch {
            throw ControlRefusal(words: "\(error)")
        }
        return "renewed"
    }

    private func attempt(withNextKey: Bool = false) async throws {
        isBusy = true
        defer { isBusy = false }
        do {
            let account = try folder.accountKey()
            let key = try key(withNextKey: withNextKey)
            let issued = try await issue(account, names, key)
            try folder.write(account: issued.account)
            try folder.write(issued.chain, key)
            if withNextKey { folder.removeNextKey() }
            try onChange()
        } catch {
            if Task.isCancelled { throw CancellationError() }
            failures += 1
            let retryAfter = (error as? ACMEError)?.retryAfter
            let pause = RenewalSchedule.pause(after: failures, retryAfter: retryAfter, chance: chance())
            notBefore = now() + pause
            logger.error(
                "no certificate from the authority; what there is stays in use",
                metadata: ["cause": "\(OneLine.escaped("\(error)", limit: 500))", "again-after": "\(pause)s"])
            throw error
        }
        failures = 0
        notBefore = 0
        let last = (try? folder.current())?.validity.upperBound ?? 0
        logger.notice(
            "a certificate was issued, and is in use",
            metadata: [
                "names": "\(names.joined(separator: " "))", "until": "\(CivilTime(milliseconds: last * 1_000))",
            ])
    }

    /// The key stays the same when nobody wants another: TLSA records go on holding.
    private func key(withNextKey: Bool) throws -> P256.Signing.PrivateKey {
        if withNextKey {
            guard let key = try folder.nextKey() else { throw Self.noNextKey }
            return key
        }
        return try folder.current()?.key ?? P256.Signing.PrivateKey()
    }
}

extension CertificateFolder.Current {
    /// Whether it is for all these names, by themselves.
    func covers(_ wanted: [String]) -> Bool { Set(wanted.map { $0.lowercased() }).isSubset(of: names) }
}
