import SamotopHTTPS

/// `submission.oauth:`, whose tokens let in.
struct OAuthSettings: Sendable, Hashable {
    /// How a token is verified.
    enum Source: Sendable, Hashable {
        /// By the issuer's keys in a file.
        case file(String)
        /// By the issuer's keys at a URL.
        case keys(String)
        /// By asking the issuer about each (RFC 7662), as a client of this name.
        case introspection(String, client: String, secretFile: String)
    }

    var issuer: String
    var source: Source
    var audiences: [String]
    var scopes: [String]
    var claim: String
    var leeway: Duration
    /// Whom to trust about the issuer's own certificate; nil: the system's.
    var caFile: String?
    /// How long keys are used without looking for others.
    var keysFor: Duration
    /// How often a key's name that isn't known has the keys fetched again.
    var unknownKeys: Duration

    /// Whether the issuer is asked over the network.
    var asksIssuer: Bool {
        if case .file = source { false } else { true }
    }

    /// Nil when something is missing, which is reported.
    init?(_ reader: SectionReader) {
        let issuer = reader.required("issuer", "write the iss of its tokens, like https://id.example.org", Name.text)
        let source = Self.source(reader)
        let isAsked = if case .introspection? = source { true } else { false }
        audiences = reader.list("audience", Name.text) ?? []
        if audiences.isEmpty, source != nil, !isAsked {
            reader.complain(
                "audience", "missing; write the aud of tokens for this server: others' tokens aren't for us")
        }
        scopes = reader.list("scope", Self.scope) ?? []
        claim = reader.value("claim", Name.text) ?? "email"
        leeway = reader.value("leeway", Quantity.duration(in: .zero...(.seconds(300)))) ?? .seconds(60)
        caFile = reader.value("ca-file", Name.path)
        let long = Quantity.duration(in: .seconds(60)...(.seconds(86_400)))
        keysFor = reader.value("keys-for", long) ?? .seconds(3_600)
        unknownKeys = reader.value("unknown-keys", long) ?? .seconds(300)
        for key in ["keys-for", "unknown-keys"] where isAsked && reader.has(key) {
            reader.complain(key, "there are no keys with introspection-url; remove it")
        }
        if case .file? = source, reader.has("ca-file") {
            reader.complain("ca-file", "nobody is asked with jwks-file; remove it")
        }
        reader.finish()
        guard let issuer, let source else { return nil }
        (self.issuer, self.source) = (issuer, source)
    }

    private static func source(_ reader: SectionReader) -> Source? {
        let file = reader.value("jwks-file", Name.path)
        let keys = reader.value("jwks-url", Self.url)
        let introspection = reader.value("introspection-url", Self.url)
        let client = reader.value("client-id", Name.text)
        let secret = reader.value("client-secret-file", Name.path)
        let written = ["jwks-file", "jwks-url", "introspection-url"].filter(reader.has)
        guard written.count == 1 else {
            reader.complain(
                written.first ?? "jwks-url",
                written.isEmpty
                    ? "missing; write jwks-url, jwks-file or introspection-url: how its tokens are verified"
                    : "there are \(written.joined(separator: " and ")); keep one")
            return nil
        }
        for key in ["client-id", "client-secret-file"] where reader.has(key) != reader.has("introspection-url") {
            reader.complain(
                key,
                reader.has(key) ? "only introspection-url needs it; remove it" : "missing; introspection-url needs it")
        }
        if let file { return .file(file) }
        if let keys { return .keys(keys) }
        guard let introspection, let client, let secret else { return nil }
        return .introspection(introspection, client: client, secretFile: secret)
    }

    private static func url(_ text: String) throws(Unfit) -> String {
        guard HTTPSAddress(text) != nil else {
            throw Unfit(
                """
                not a URL to ask: \(Quantity.quoted(text)); use https:// and a host's name, or http://localhost for a program on this \
                machine, without user or fragment
                """)
        }
        return text
    }

    /// RFC 6749 §3.3.
    private static func scope(_ text: String) throws(Unfit) -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            throw Unfit("not a scope: \(Quantity.quoted(text)); write each as an item of a list")
        }
        return text
    }
}
