import Logging
import NameResolution
import SMTP
import SamotopAccounts
import SamotopCore
import SamotopSigning
import SamotopSubmission

/// Everything about mail from users' own programs: who they are, what they may send, and what becomes of its header.
struct SubmissionRooms: Sendable {
    /// Octets of the key that salts for names that don't exist come from.
    private static let keyLength = 32

    let rules: SubmissionRules
    let guards: [any MailGuard]
    /// Looks at clients' certificates; nil: they aren't asked for any.
    let certificates: CertificateAuthenticator?

    /// Nil: no listener is for it.
    ///
    /// - Parameter resolver: where an issuer of tokens is looked up.
    /// - Throws: ``StartFailure`` when the key can't be had, or what tokens and certificates are verified by.
    init?(
        _ configuration: Configuration, _ book: AccountBook, _ contacts: ContactRooms?, limiter: any SignInLimiter,
        resolver: (any Resolver)?, _ logger: Logger
    ) throws(StartFailure) {
        guard configuration.listeners.contains(where: { $0.role == .submission }) else { return nil }
        let settings = configuration.submission
        let key: [UInt8]
        do throws(SecretFile.Failure) {
            key = try SecretFile.readOrMake(configuration.state + "/accounts.key", length: Self.keyLength)
        } catch { throw StartFailure(ExitStatus.failure, ["samotop: \(error)"]) }
        guard let host = DomainName(configuration.name) else {
            throw StartFailure(ExitStatus.configuration, [configuration.problem("name", "no domain name")])
        }
        let passwords = PasswordAuthenticator(
            book, verifier: PasswordVerifier(), limiter: limiter, key: key,
            mechanisms: settings.mechanisms.compactMap { PasswordAuthenticator.Mechanism(rawValue: $0.rawValue) })
        let tokens = try OAuthRooms.authenticator(configuration, book, limiter: limiter, resolver, logger)
        certificates = try CertificateRooms.authenticator(configuration, book, limiter: limiter)
        let ways: [(any Authenticator)?] = [passwords, tokens, certificates]
        let authenticator = SubmissionAuthenticator(ways.compactMap(\.self), order: settings.mechanisms)
        var rules = SubmissionRules(authenticator: authenticator)
        let isPrivate = settings.privacy == .on
        rules.hidesClient = isPrivate
        rules.removedFields = isPrivate ? SubmittedMessage.revealingFields : []
        rules.header = { header, envelope, now in
            SubmittedMessage.header(header, envelope, now, host: host, isPrivate: isPrivate)
        }
        let acquaintances: any Acquaintances =
            contacts.map { ContactAcquaintances(desk: $0.desk, book: book) } ?? MemoryAcquaintances()
        let longest = settings.longestHold
        rules.longestHold = longest.map { UInt32(clamping: $0.components.seconds) }
        rules.schedules = true
        self.rules = rules
        let sender = OwnSender(book, acquaintances: acquaintances, limits: settings.limits)
        guards = [sender] + (longest.map { [ReleaseTime(longest: $0.components.seconds)] } ?? [])
    }
}
