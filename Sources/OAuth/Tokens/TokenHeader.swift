/// The members of a token's header that are looked at (RFC 7515 §4.1).
struct TokenHeader: Sendable, Decodable {
    private enum CodingKeys: String, CodingKey { case alg, kid, typ, crit }

    /// `alg`; nil: there is none, or it is no text.
    let algorithm: String?
    /// `kid`. One that is no text makes a header unreadable (RFC 7515 §4.1.4): it would be taken for none, and any key tried.
    let key: String?
    /// There is a `crit`.
    let isCritical: Bool
    /// The token is one to sign in with: RFC 7519 §5.1 and RFC 9068 §2.1; other types are for other things (RFC 8725 §3.11).
    let isToken: Bool

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        algorithm = try? members.decode(String.self, forKey: .alg)
        key = members.contains(.kid) ? try members.decode(String.self, forKey: .kid) : nil
        isCritical = members.contains(.crit)
        isToken = !members.contains(.typ) || Self.isToken(try? members.decode(String.self, forKey: .typ))
    }

    private static func isToken(_ type: String?) -> Bool {
        guard let type else { return false }
        return ["jwt", "at+jwt", "application/jwt", "application/at+jwt"].contains(type.lowercased())
    }
}
