import SamotopClient

/// What a client proves by who it is: each mechanism has its own kind.
enum SignInProof: String, CaseIterable {
    case password, token, certificate

    init(_ mechanism: Authentication.Mechanism) {
        switch mechanism {
        case .scramSHA256Plus, .scramSHA256, .plain, .login: self = .password
        case .oauthBearer, .xoauth2: self = .token
        case .external: self = .certificate
        }
    }

    /// The mechanisms of this kind, best first.
    var mechanisms: [Authentication.Mechanism] {
        Authentication.Mechanism.allCases.filter { SignInProof($0) == self }
    }
}
