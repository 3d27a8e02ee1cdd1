import SamotopAccounts
import SamotopSubmission

/// `submission:`, mail from users' own programs.
struct SubmissionSettings: Sendable, Hashable {
    enum Switch: String, CaseIterable { case on, off }

    /// What an account may send from beside its mailbox and aliases.
    struct Addresses: Sendable, Hashable {
        var addresses: [String] = []
        var domains: [String] = []
    }

    /// Whether what tells more of the author than they wrote is taken out of messages.
    var privacy = Switch.on
    var mechanisms = SubmissionMechanism.standard
    /// Nil: clients aren't asked for a certificate.
    var clientCertificates: ClientCertificateSettings?
    /// Nil: nobody's tokens let in.
    var oauth: OAuthSettings?
    var limits = SendingLimits()
    var tries = MemorySignInLimiter.Limits()
    /// How late a message may be held for a later release; nil: not at all.
    var longestHold: Duration? = .seconds(30 * 86_400)
    /// Where other programs of this machine have accounts authenticated; nil: nowhere.
    var authSocket: String?
    /// Its permission bits.
    var authSocketMode: UInt32 = 0o660
    /// The group that may open it; nil: that of the server.
    var authSocketGroup: String?
    /// By the account's address in lower case.
    var addresses: [String: Addresses] = [:]

    init() {}

    init(_ reader: SectionReader) {
        privacy = reader.value("privacy", Choice.of(Switch.self)) ?? privacy
        mechanisms = reader.list("mechanisms", Choice.of(SubmissionMechanism.self)) ?? mechanisms
        if mechanisms.isEmpty { reader.complain("mechanisms", "nobody could sign in; name one, or remove the key") }
        let certificates = reader.section("client-certificates")
        if reader.has("client-certificates") { clientCertificates = ClientCertificateSettings(certificates) }
        let issuer = reader.section("oauth")
        if reader.has("oauth") { oauth = OAuthSettings(issuer) }
        checkMechanisms(reader)
        limits.recipients = reader.value("recipients-per-day", Quantity.count(in: 1...1_000_000)) ?? limits.recipients
        limits.strangers =
            reader.value("first-time-recipients-per-day", Quantity.count(in: 1...1_000_000)) ?? limits.strangers
        if reader.isOff("hold-at-most") {
            longestHold = nil
        } else {
            longestHold =
                reader.value("hold-at-most", Quantity.duration(in: .seconds(60)...(.seconds(366 * 86_400))))
                ?? longestHold
        }
        authSocket = reader.value("auth-socket", Name.path)
        authSocketMode = reader.value("auth-socket-mode", ListenerSettings.mode) ?? authSocketMode
        authSocketGroup = reader.value("auth-socket-group", Name.account)
        for key in ["auth-socket-mode", "auth-socket-group"] where authSocket == nil && reader.has(key) {
            reader.complain(key, "there is no auth-socket; remove the key")
        }
        let tries = reader.section("failed-tries")
        self.tries.perPair =
            tries.value("per-account-and-network", Quantity.count(in: 1...10_000)) ?? self.tries.perPair
        self.tries.perNetwork = tries.value("per-network", Quantity.count(in: 1...100_000)) ?? self.tries.perNetwork
        self.tries.perName = tries.value("per-account", Quantity.count(in: 1...1_000_000)) ?? self.tries.perName
        let window = tries.value("within", Quantity.duration(in: .seconds(60)...(.seconds(86_400))))
        if let window { self.tries.window = Int(window.components.seconds) }
        tries.finish()
        let section = reader.section("addresses")
        for account in section.keys {
            var owned = Addresses()
            for entry in section.list(account, Self.entry) ?? [] {
                if entry.hasPrefix("@") {
                    owned.domains.append(String(entry.dropFirst()))
                } else {
                    owned.addresses.append(entry)
                }
            }
            addresses[account.lowercased()] = owned
        }
        section.finish()
        reader.finish()
    }

    /// Each mechanism needs what it goes by, and that is there for a mechanism.
    private func checkMechanisms(_ reader: SectionReader) {
        let needs: [(key: String, mechanisms: [SubmissionMechanism])] = [
            ("client-certificates", [.external]), ("oauth", [.oauthBearer, .xoauth2]),
        ]
        for (key, of) in needs where reader.has("mechanisms") {
            let listed = of.first(where: mechanisms.contains)
            if let listed, !reader.has(key) {
                reader.complain("mechanisms", "\(listed.rawValue) needs \(key); write that, too, or leave it out")
            } else if listed == nil, reader.has(key) {
                reader.complain(key, "mechanisms has no \(of[0].rawValue); add it there, or remove the key here")
            }
        }
    }

    /// `sales@example.org`, or `@example.org` for all of a domain.
    private static func entry(_ text: String) throws(Unfit) -> String {
        if text.hasPrefix("@") { return "@" + (try Name.domain(String(text.dropFirst()))) }
        return "\(try MailboxName.parse(text, in: nil))"
    }
}
