import ACME
import Crypto
import Foundation
import Logging
import ServiceLifecycle
import SwiftASN1
import X509

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

    /// Seconds after a success until the next order at the earliest: a certificate may be due at once, by a clock or its lifetime.
    private static let pauseAfterSuccess: Int64 = 3_600

    /// Seconds until names that couldn't be proved are asked for again.
    private static let pauseWithoutNames: Int64 = 86_400

    /// Orders of one try at most, each without names that the one before couldn't prove.
    private static let mostOrders = 3

    /// Seconds until a certificate that couldn't be taken up is tried again; the authority isn't asked for that.
    private static let takeUpPause: Int64 = 60

    private static let noNextKey = ControlRefusal(words: "no key is prepared; do samotop acme rollover first")

    private let folder: CertificateFolder
    private let host: String
    private let names: [String]
    private let issue: Issue
    private let onChange: @Sendable () throws -> Void
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let sleep: @Sendable (Duration) async throws -> Void
    private let chance: @Sendable () -> Double
    private let spread: Double
    private var tries: CertificateTries
    /// When what was written is tried to be taken up again; nil: it is in use.
    private var nextTakeUp: Int64?
    private var isBusy = false

    /// - Parameters:
    ///   - host: the name without which there is no certificate.
    ///   - issue: asks the authority.
    ///   - onChange: takes up what was written.
    ///   - now: seconds since 1970.
    ///   - chance: 0 to 1.
    init(
        _ folder: CertificateFolder, host: String, names: [String], logger: Logger, issue: @escaping Issue,
        onChange: @escaping @Sendable () throws -> Void,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.folder = folder
        self.host = host.lowercased()
        self.names = names
        self.logger = logger
        self.issue = issue
        self.onChange = onChange
        self.now = now
        self.sleep = sleep
        self.chance = chance
        spread = chance()
        tries = folder.tries(for: names, now: now())
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
            if let next = nextTakeUp, next <= now() {
                if takeUp() { logger.notice("the certificate that was issued is in use now") }
                continue
            }
            let wait = min(due(), nextTakeUp ?? .max) - now()
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
        guard let current = try? folder.current(), !current.isSelfMade, current.covers(names) else {
            return tries.notBefore
        }
        return max(tries.notBefore, RenewalSchedule.due(current.validity, chance: spread))
    }

    /// Renews at once, with the key that is prepared, or with the one in use.
    func renew(withNextKey: Bool) async throws -> String {
        guard !isBusy else { throw ControlRefusal(words: "a renewal is under way; ask again in a minute") }
        if withNextKey, try folder.nextKey() == nil { throw Self.noNextKey }
        do {
            try await attempt(withNextKey: withNextKey, isAsked: true)
        } catch {
            throw ControlRefusal(words: "\(error)")
        }
        guard nextTakeUp == nil else {
            throw ControlRefusal(
                words: "renewed, but it can't be taken up: the log says why; that is tried again within an hour")
        }
        return "renewed"
    }

    /// - Parameter isAsked: somebody wants another certificate, whatever there is.
    private func attempt(withNextKey: Bool = false, isAsked: Bool = false) async throws {
        isBusy = true
        defer { isBusy = false }
        let result: (issued: Issued?, unproven: [String])
        do {
            let account = try folder.accountKey()
            let key = try key(withNextKey: withNextKey)
            result = try await order(account, key, isAsked: isAsked)
            if let issued = result.issued {
                try folder.write(account: issued.account)
                try check(issued.chain)
                try folder.write(issued.chain, key)
                if withNextKey { folder.removeNextKey() }
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            tries.failures += 1
            let retryAfter = (error as? ACMEError)?.retryAfter
            let pause = RenewalSchedule.pause(after: tries.failures, retryAfter: retryAfter, chance: chance())
            tries.notBefore = now() + pause
            try? folder.write(tries)
            logger.error(
                "no certificate from the authority; what there is stays in use",
                metadata: ["cause": "\(OneLine.escaped("\(error)", limit: 500))", "again-after": "\(pause)s"])
            throw error
        }
        tries.failures = 0
        tries.unproven = result.unproven
        tries.notBefore = now() + (result.unproven.isEmpty ? Self.pauseAfterSuccess : Self.pauseWithoutNames)
        try? folder.write(tries)
        guard result.issued != nil, takeUp() else { return }
        let current = try? folder.current()
        logger.notice(
            "a certificate was issued, and is in use",
            metadata: [
                "names": "\((current?.names ?? names).joined(separator: " "))",
                "until": "\(CivilTime(milliseconds: (current?.validity.upperBound ?? 0) * 1_000))",
            ])
    }

    /// Orders for all names, then without those that can't be proved. Nothing is issued when what there is has the others already.
    private func order(
        _ account: ACMEAccountKey, _ key: P256.Signing.PrivateKey, isAsked: Bool
    ) async throws -> (issued: Issued?, unproven: [String]) {
        // What failed a minute ago isn't asked for again, unless there is nothing else to ask for.
        var unproven = tries.failures > 0 && !isAsked ? tries.unproven : []
        if has(names.filter({ !unproven.contains($0.lowercased()) })) { unproven = [] }
        var orders = 1
        while true {
            let wanted = names.filter { !unproven.contains($0.lowercased()) }
            do {
                return (try await issue(account, wanted, key), unproven)
            } catch ACMEError.unproven(let failed, let problem) {
                let rest = wanted.filter { !failed.contains($0.lowercased()) }
                let failure = ACMEError.unproven(names: failed, problem)
                guard !failed.contains(host), !rest.isEmpty, rest.count < wanted.count else { throw failure }
                // It may be for an hour alone: what is served has the name, and there is time.
                if !isAsked, isServing(wanted) { throw failure }
                unproven += failed
                tries.unproven = unproven
                logger.warning(
                    "names that the authority can't prove are left out of the certificate, and asked for again in a day",
                    metadata: ["cause": "\(OneLine.escaped("\(failure)", limit: 500))"])
                if !isAsked, has(rest) { return (nil, unproven) }
                orders += 1
                guard orders <= Self.mostOrders else { throw failure }
            }
        }
    }

    /// Whether what there is has these names, and isn't to be renewed yet.
    private func has(_ wanted: [String]) -> Bool {
        guard let current = try? folder.current(), !current.isSelfMade, current.covers(wanted) else { return false }
        return RenewalSchedule.due(current.validity, chance: spread) > now()
    }

    /// Whether what there is has these names, and more than a tenth of its lifetime is left.
    private func isServing(_ wanted: [String]) -> Bool {
        guard let current = try? folder.current(), !current.isSelfMade, current.covers(wanted) else { return false }
        let validity = current.validity
        return now() < validity.upperBound - (validity.upperBound - validity.lowerBound) / 10
    }

    /// Throws unless the host's own certificate is valid now.
    private func check(_ chain: String) throws {
        guard let first = PEMText.blocks(chain, label: "CERTIFICATE").first,
            let certificate = try? Certificate(pemEncoded: first)
        else { throw ACMEError.malformed("a chain of certificates") }
        let time = Date(timeIntervalSince1970: Double(now()))
        guard certificate.notValidBefore <= time, time < certificate.notValidAfter else {
            throw ACMEError.otherCertificate("it isn't valid now; check this machine's clock")
        }
    }

    /// Whether what was written is in use; else it is tried again.
    private func takeUp() -> Bool {
        do {
            try onChange()
            nextTakeUp = nil
            return true
        } catch {
            nextTakeUp = now() + Self.takeUpPause
            logger.error(
                "the new certificate can't be taken up; the one before stays in use until it can",
                metadata: ["cause": "\(OneLine.escaped("\(error)", limit: 500))"])
            return false
        }
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
