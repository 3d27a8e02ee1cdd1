import SamotopClient

/// Who we are to the servers of `relay.routes.NAME`.
struct RouteAccount: Sendable, Hashable {
    /// A file whose first line proves it.
    enum Secret: Sendable, Hashable {
        case password(file: String)
        /// Read anew for each connection, as tokens end.
        case token(file: String)

        /// The key that has the file.
        var key: String {
            switch self {
            case .password: "password-file"
            case .token: "token-file"
            }
        }

        var proof: SignInProof {
            switch self {
            case .password: .password
            case .token: .token
            }
        }
    }

    let user: String
    let secret: Secret
    /// Best first; nil: all that fit the secret.
    let mechanisms: [Authentication.Mechanism]?

    /// Nil when nothing is said of it, or not enough, which is reported.
    init?(_ reader: SectionReader) {
        let user = reader.value("user", Name.text)
        let passwordFile = reader.value("password-file", Name.path)
        let tokenFile = reader.value("token-file", Name.path)
        mechanisms = reader.list("mechanisms", Choice.of(Authentication.Mechanism.self))
        if passwordFile != nil, tokenFile != nil {
            reader.complain("token-file", "there is a password-file, too; write one of them")
        }
        let secret = passwordFile.map { Secret.password(file: $0) } ?? tokenFile.map { .token(file: $0) }
        guard let user, let secret else {
            if (user == nil) != (secret == nil) {
                reader.complain("user", "user and password-file (or token-file) belong together; write both or none")
            } else if reader.has("mechanisms") {
                reader.complain("mechanisms", "nobody signs in; write user and password-file (or token-file), too")
            }
            return nil
        }
        (self.user, self.secret) = (user, secret)
        guard let odd = mechanisms?.first(where: { SignInProof($0) != secret.proof }) else {
            if mechanisms?.isEmpty == true { reader.complain("mechanisms", "name one, or remove the key") }
            return
        }
        let fitting = secret.proof.mechanisms.map(\.rawValue).joined(separator: ", ")
        reader.complain(
            "mechanisms",
            "\(odd.rawValue) goes by a \(SignInProof(odd).rawValue), not by \(secret.key); use \(fitting)")
    }
}
