/// The one message of OAUTHBEARER (RFC 7628 §3.1), and of XOAUTH2, its older form: a token, and perhaps a name.
public struct BearerMessage: Sendable {
    /// Octets of a message at most: what a line of an exchange has room for (RFC 4954 §4).
    public static let longestMessage = 9_216
    /// Octets of a token at most.
    public static let longestToken = 8_192

    private static let separator: UInt8 = 1

    /// Whom the client wants to act as; empty: whose the token is.
    public let authorizing: String
    /// Empty: the client only asks which one it needs (RFC 7628 §4.3).
    public let token: String

    /// Reads a message of OAUTHBEARER: `n,a=NAME,^Aauth=Bearer TOKEN^A^A`, with other pairs between or not.
    public init(oauthBearer message: [UInt8]) throws(SASLFailure) {
        guard message.count <= Self.longestMessage, let end = message.firstIndex(of: Self.separator) else {
            throw .malformed
        }
        // RFC 5801 §4, without the flag for mechanisms of others. There is no channel binding in it (RFC 7628 §3.1), so that `p=` isn't ours.
        let header = message[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard header.count == 3, ["n", "y"].contains(String(decoding: header[0], as: UTF8.self)), header[2].isEmpty
        else { throw .malformed }
        var name = ""
        if !header[1].isEmpty {
            guard header[1].starts(with: Array("a=".utf8)), let decoded = SASLName.decode(header[1].dropFirst(2)) else {
                throw .malformed
            }
            name = decoded
        }
        let pairs = try Self.pairs(message[message.index(after: end)...])
        guard let authorization = pairs["auth"] else { throw .malformed }
        authorizing = name
        token = try Self.token(authorization)
    }

    /// Reads a message of XOAUTH2: `user=NAME^Aauth=Bearer TOKEN^A^A`.
    public init(xoauth2 message: [UInt8]) throws(SASLFailure) {
        guard message.count <= Self.longestMessage else { throw .malformed }
        let pairs = try Self.pairs(message[...])
        guard pairs.count == 2, let written = pairs["user"], let authorization = pairs["auth"],
            let name = String(validating: written, as: UTF8.self), PlainMessage.isName(name)
        else { throw .malformed }
        authorizing = name
        token = try Self.token(authorization)
    }

    /// `*(key "=" value ^A) ^A`, each key once.
    private static func pairs(_ octets: ArraySlice<UInt8>) throws(SASLFailure) -> [String: ArraySlice<UInt8>] {
        var parts = octets.split(separator: separator, omittingEmptySubsequences: false)
        // What ends in two separators leaves two empty parts.
        guard parts.count >= 3, parts.removeLast().isEmpty, parts.removeLast().isEmpty else { throw .malformed }
        var pairs: [String: ArraySlice<UInt8>] = [:]
        for part in parts {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals > part.startIndex,
                part[..<equals].allSatisfy({ isLetter($0) }), part[equals...].allSatisfy({ isText($0) })
            else { throw .malformed }
            let key = String(decoding: part[..<equals], as: UTF8.self).lowercased()
            guard pairs.updateValue(part[part.index(after: equals)...], forKey: key) == nil else { throw .malformed }
        }
        return pairs
    }

    /// The token of `Bearer TOKEN` (RFC 6750 §2.1): `b64token`, whose letters are all ASCII.
    private static func token(_ authorization: ArraySlice<UInt8>) throws(SASLFailure) -> String {
        if authorization.isEmpty { return "" }
        let scheme = authorization.prefix { $0 != 0x20 }
        let token = authorization.dropFirst(scheme.count).drop { $0 == 0x20 }
        let body = token.prefix { $0 != UInt8(ascii: "=") }
        guard String(decoding: scheme, as: UTF8.self).lowercased() == "bearer", !body.isEmpty,
            token.count <= longestToken, body.allSatisfy({ isLetter($0) || isDigit($0) || "-._~+/".utf8.contains($0) }),
            token.dropFirst(body.count).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { throw .malformed }
        return String(decoding: token, as: UTF8.self)
    }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

    /// RFC 7628 §3.1: what a value is made of; XOAUTH2's names may be UTF-8.
    private static func isText(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7F || [0x09, 0x0A, 0x0D].contains(octet)
    }
}

extension BearerMessage: CustomStringConvertible {
    /// Nothing of it.
    public var description: String { "BearerMessage" }
}
