/// What a token must say, so that its bearer is let in.
public struct TokenRules: Sendable, Hashable {
    /// Octets of an account's name at most.
    static let longestName = 320

    /// `iss`, to the letter.
    public var issuer: String
    /// One of them must be in `aud`. None: with an issuer that is asked about each token `aud` isn't looked at, and no signed token counts, as it
    /// could be for anybody.
    public var audiences: [String]
    /// All of them must be in `scope` (RFC 8693 §4.2), or in `scp`, as some issuers call it.
    public var scopes: [String]
    /// The claim that says the account's address.
    public var claim: String
    /// Seconds by which clocks may differ (RFC 7519 §4.1.4).
    public var leeway: Int64

    /// Makes rules.
    public init(
        issuer: String, audiences: [String], scopes: [String] = [], claim: String = "email", leeway: Int64 = 60
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.scopes = scopes
        self.claim = claim
        self.leeway = leeway
    }

    /// The account that these claims say, as it is written there.
    ///
    /// - Parameters:
    ///   - isTold: the issuer itself has just said all of it: what it leaves out needs no telling (RFC 7662 §2.2).
    ///   - now: seconds since 1970.
    func account(of claims: Claims, isTold: Bool, now: Int64) throws(TokenFault) -> String {
        try checkTimes(claims, isTold, now)
        if claims.has("iss") || !isTold {
            guard claims.text("iss") == issuer else { throw .issuer }
        }
        if !audiences.isEmpty || !isTold {
            guard let told = claims.texts("aud"), audiences.contains(where: told.contains) else { throw .audience }
        }
        guard !claims.has("cnf") else { throw .bound }
        if !scopes.isEmpty {
            let told = (claims.texts("scope") ?? claims.texts("scp") ?? []).flatMap { $0.split(separator: " ") }
            guard scopes.allSatisfy({ told.contains(Substring($0)) }) else { throw .scope }
        }
        guard let account = claims.text(claim), (1...Self.longestName).contains(account.utf8.count),
            claim != "email" || Self.isVerified(claims["email_verified"])
        else { throw .account }
        return account
    }

    private func checkTimes(_ claims: Claims, _ isTold: Bool, _ now: Int64) throws(TokenFault) {
        if claims.has("exp") || !isTold {
            guard let end = claims.seconds("exp"), now < end + leeway else { throw .expired }
        }
        for name in ["nbf", "iat"] where claims.has(name) {
            guard let start = claims.seconds(name), start <= now + leeway else { throw .notYetValid }
        }
    }

    /// OpenID Connect Core §5.1: an address that the issuer hasn't verified is anybody's. Some write the flag as a text.
    private static func isVerified(_ flag: Claims.Value?) -> Bool {
        switch flag {
        case nil, .flag(true): true
        case .text(let text): text.lowercased() == "true"
        default: false
        }
    }
}
