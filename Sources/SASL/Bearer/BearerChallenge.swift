/// What the client of a refused token is told before the exchange fails (RFC 7628 §3.2.2): JSON.
public struct BearerChallenge: Sendable, Hashable {
    /// Of RFC 6750 §3.1.
    public enum Status: String, Sendable, Hashable {
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
    }

    /// What a token must be good for; empty: nothing in particular.
    public var scopes: [String]
    /// Where the issuer describes itself (OpenID Connect Discovery §4).
    public var configuration: String

    /// Makes a challenge's content.
    public init(scopes: [String], configuration: String) {
        self.scopes = scopes
        self.configuration = configuration
    }

    /// The challenge of OAUTHBEARER.
    public func octets(_ status: Status) -> [UInt8] {
        object([("status", status.rawValue), ("scope", scope), ("openid-configuration", configuration)])
    }

    /// The challenge of XOAUTH2, as those who invented it write it.
    public var xoauth2: [UInt8] { object([("status", "401"), ("schemes", "Bearer"), ("scope", scope)]) }

    private var scope: String? { scopes.isEmpty ? nil : scopes.joined(separator: " ") }

    private func object(_ members: [(String, String?)]) -> [UInt8] {
        let written = members.compactMap { name, value in value.map { "\"\(name)\":\"\(Self.escaped($0))\"" } }
        return Array("{\(written.joined(separator: ","))}".utf8)
    }

    /// RFC 8259 §7.
    private static func escaped(_ text: String) -> String {
        var written = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": written += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                written += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written
    }
}
