import SMTP
public import SamotopAccounts
public import SamotopCore
import Synchronization
public import TransportSecurity

/// Lets clients in by their certificates: EXTERNAL (RFC 4422 appendix A).
///
/// A certificate leads to accounts in two ways: an authority that the operator named has signed it for an account's address, or an account has
/// it by its fingerprint, whoever signed it. EXTERNAL is offered only to who presented one that leads somewhere.
public final class CertificateAuthenticator: Authenticator {
    /// Certificates that are remembered; the oldest go first.
    static let remembered = 2_000

    /// What was found out in a handshake. A session that is resumed brings the certificate alone, without those that vouch for it.
    private struct Finding {
        let certificate: ClientCertificate
        /// Addresses that an authority vouched for.
        let addresses: [String]
        /// Until when it does, seconds since 1970.
        let end: Int64
        /// Accounts that had the fingerprint: what is offered goes by it, and who is let in by what is so then.
        var pinned: [String]
        let order: UInt64
    }

    private struct Memory {
        var findings: [Fingerprint: Finding] = [:]
        var count: UInt64 = 0
    }

    private let accounts: any SubmissionAccounts
    private let limiter: any SignInLimiter
    private let anchors: TrustAnchors
    private let clock: any WallClock
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - limiter: shared with other ways to sign in.
    ///   - anchors: authorities that may say whose account a certificate is for.
    public init(
        _ accounts: any SubmissionAccounts, limiter: any SignInLimiter, anchors: TrustAnchors = .none,
        clock: any WallClock = SystemClock()
    ) {
        self.accounts = accounts
        self.limiter = limiter
        self.anchors = anchors
        self.clock = clock
    }

    /// Looks at what a client presented, before its handshake ends.
    ///
    /// - Parameter chain: in DER, the client's own first.
    public func look(at chain: [[UInt8]]) async {
        guard let leaf = chain.first, let certificate = ClientCertificate(leaf) else { return }
        let now = clock.now().seconds
        guard certificate.isUsable(at: now) else { return }
        let end = await certificate.end(vouchedForBy: anchors, chain: chain, now: now)
        let pinned = (try? await accounts.names(withCertificate: certificate.fingerprint)) ?? []
        let addresses = end == nil ? [] : certificate.addresses.map(AccountName.lowercased)
        // What leads nowhere isn't worth remembering: anybody can make certificates.
        guard !pinned.isEmpty || addresses.contains(where: { accounts.addresses(of: $0) != nil }) else {
            // What an account doesn't have any more isn't offered, whatever was found before.
            memory.withLock { $0.findings[certificate.fingerprint]?.pinned = [] }
            return
        }
        memory.withLock { memory in
            memory.count += 1
            let before = memory.findings[certificate.fingerprint]
            // Anybody can present it, without the key or what vouches for it: what was found before stays.
            let known = before.flatMap { $0.end > end ?? 0 ? $0 : nil }
            memory.findings[certificate.fingerprint] = Finding(
                certificate: certificate, addresses: known?.addresses ?? addresses, end: known?.end ?? end ?? 0,
                pinned: pinned, order: memory.count)
            guard memory.findings.count > Self.remembered else { return }
            let kept = memory.findings.sorted { $0.value.order > $1.value.order }.prefix(Self.remembered / 2)
            memory.findings = Dictionary(kept.map { ($0.key, $0.value) }) { first, _ in first }
        }
    }

    public func mechanisms(for session: Session) -> [String] {
        guard let finding = finding(session) else { return [] }
        return names(finding, pinned: finding.pinned).isEmpty ? [] : [SubmissionMechanism.external.rawValue]
    }

    public func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)? {
        mechanism == SubmissionMechanism.external.rawValue ? ExternalExchange(authenticator: self) : nil
    }

    /// Lets in who may act so.
    func check(_ authorizing: String, _ session: Session) async -> AuthenticationOutcome {
        let wanted = AccountName.lowercased(authorizing)
        let finding = finding(session)
        let known = finding.map { names($0, pinned: $0.pinned) } ?? []
        // Of several accounts one has to be named.
        let name = wanted.isEmpty && known.count == 1 ? known[0] : wanted
        if let refusal = await limiter.refusal(of: name, session) { return refusal }
        guard let finding else { return Self.refusal }
        let pinned: [String]
        do { pinned = try await accounts.names(withCertificate: finding.certificate.fingerprint) } catch {
            return await limiter.unreadable(name, session)
        }
        guard names(finding, pinned: pinned).contains(name) else { return Self.refusal }
        return await limiter.success(of: name, session)
    }

    private static let refusal = AuthenticationOutcome.failed(
        .reject(Refusal(.credentialsInvalid, cause: "the certificate doesn't lead to that account")))

    private func finding(_ session: Session) -> Finding? {
        guard let leaf = session.tls?.clientCertificate else { return nil }
        let fingerprint = Fingerprint(of: leaf)
        return memory.withLock { $0.findings[fingerprint] }
    }

    /// The accounts that a certificate leads to now.
    private func names(_ finding: Finding, pinned: [String]) -> [String] {
        let now = clock.now().seconds
        guard finding.certificate.isUsable(at: now) else { return [] }
        let all = Set(pinned + (now <= finding.end ? finding.addresses : []))
        return all.filter { accounts.addresses(of: $0) != nil }.sorted()
    }
}
