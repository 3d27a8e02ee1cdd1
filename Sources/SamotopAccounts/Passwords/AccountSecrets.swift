public import SASL
import SMTP

/// What an account is known by. None of it is a password, and nothing of it can be turned back into one.
public struct AccountSecrets: Sendable, Hashable {
    /// Rounds of PBKDF2 for new accounts: a tenth of a second at most for a client, once for each sign-in.
    public static let iterations = 100_000
    /// App passwords of an account; all of them are tried.
    public static let mostAppPasswords = 50

    /// Of the password; nil: there is none.
    public var password: PasswordHash?
    /// With what all ``keys`` were made; nil: SCRAM isn't possible before the password is set anew.
    public private(set) var parameters: SCRAMParameters?
    /// Of the password.
    public private(set) var passwordKeys: SCRAMKeys?
    /// By their labels, the oldest first.
    public private(set) var appPasswords: [AppPassword] = []

    /// No way in but a link.
    public init() {}

    /// A hash alone, as accounts had before SCRAM.
    public init(password: PasswordHash) { self.password = password }

    /// Whether nobody can sign in with any password.
    public var isEmpty: Bool { password == nil && keys.isEmpty }

    /// The keys that a proof may be made with.
    public var keys: [SCRAMKeys] { (passwordKeys.map { [$0] } ?? []) + appPasswords.map(\.keys) }

    /// Sets the password. App passwords stay. Takes long.
    ///
    /// - Returns: false when the text can't be a password (``OpaqueString``).
    public mutating func set(
        password: String, cost: PasswordHash.Cost = .standard, iterations: Int = AccountSecrets.iterations
    ) -> Bool {
        guard let prepared = OpaqueString.prepare(password), let hash = PasswordHash(of: prepared, cost: cost),
            let parameters = parameters ?? Self.parameters(iterations), let keys = SCRAMKeys(of: prepared, parameters)
        else { return false }
        self.parameters = parameters
        self.password = hash
        passwordKeys = keys
        return true
    }

    /// Makes an app password, which is returned and kept nowhere. Takes long.
    ///
    /// - Returns: nil for a label that is none or taken, or when there are too many.
    public mutating func addAppPassword(
        _ label: String, now: Int64, iterations: Int = AccountSecrets.iterations
    ) -> String? {
        let password = AppPassword.random()
        guard appPasswords.count < Self.mostAppPasswords, !appPasswords.contains(where: { $0.label == label }),
            let parameters = parameters ?? Self.parameters(iterations), let keys = SCRAMKeys(of: password, parameters),
            let made = AppPassword(label: label, made: now, keys: keys)
        else { return nil }
        self.parameters = parameters
        appPasswords.append(made)
        return password
    }

    /// Takes an app password back; false: there is none with this label.
    public mutating func revokeAppPassword(_ label: String) -> Bool {
        let before = appPasswords.count
        appPasswords.removeAll { $0.label == label }
        return appPasswords.count < before
    }

    private static func parameters(_ iterations: Int) -> SCRAMParameters? {
        var generator = SystemRandomNumberGenerator()
        return SCRAMParameters(
            salt: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }, iterations: iterations)
    }

    // MARK: text

    /// What stands behind the password's hash in a file: nothing, or parts without a colon: `$scram-sha-256$i=N$SALT$STORED$SERVER`, then
    /// `LABEL$SECONDS$STORED$SERVER` for each app password.
    public var parts: [String] {
        guard let parameters else { return [] }
        func text(_ octets: [UInt8]) -> String { String(decoding: Base64Text.encode(octets), as: UTF8.self) }
        func text(_ keys: SCRAMKeys?) -> String {
            keys.map { "\(text($0.storedKey))$\(text($0.serverKey))" } ?? "$"
        }
        return ["$scram-sha-256$i=\(parameters.iterations)$\(text(parameters.salt))$\(text(passwordKeys))"]
            + appPasswords.map { "\($0.label)$\($0.made)$\(text($0.keys))" }
    }

    /// Reads what ``parts`` wrote; nil when it isn't that.
    public init?(password: PasswordHash?, parts: [Substring]) {
        self.password = password
        guard let first = parts.first else { return }
        let words = first.split(separator: "$", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].isEmpty, words[1] == "scram-sha-256", words[2].hasPrefix("i="),
            let iterations = Int(words[2].dropFirst(2)), let salt = Base64Text.decode(Array(words[3].utf8)),
            let parameters = SCRAMParameters(salt: salt, iterations: iterations)
        else { return nil }
        self.parameters = parameters
        if !words[4].isEmpty {
            guard let keys = Self.keys(words[4], words[5]) else { return nil }
            passwordKeys = keys
        }
        for part in parts.dropFirst() {
            let words = part.split(separator: "$", omittingEmptySubsequences: false)
            guard words.count == 4, let made = Int64(words[1]), let keys = Self.keys(words[2], words[3]),
                let app = AppPassword(label: String(words[0]), made: made, keys: keys)
            else { return nil }
            appPasswords.append(app)
        }
    }

    private static func keys(_ stored: Substring, _ server: Substring) -> SCRAMKeys? {
        guard let stored = Base64Text.decode(Array(stored.utf8)), let server = Base64Text.decode(Array(server.utf8))
        else { return nil }
        return SCRAMKeys(storedKey: stored, serverKey: server)
    }
}

extension AccountSecrets: CustomStringConvertible {
    /// Nothing of them.
    public var description: String { "AccountSecrets" }
}
