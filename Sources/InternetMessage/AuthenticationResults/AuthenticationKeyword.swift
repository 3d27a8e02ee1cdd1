/// A name of a method, result, ptype or property (RFC 8601 §2.2, §2.7). Equality ignores ASCII case.
public struct AuthenticationKeyword: Sendable {
    /// The keyword as written.
    public let bytes: [UInt8]

    /// - Returns: nil unless the keyword is letters, digits, `-` and `_`, 1 to 64 of them.
    public init?(_ bytes: [UInt8]) {
        guard (1...64).contains(bytes.count), bytes.allSatisfy(Self.accepts) else { return nil }
        self.bytes = bytes
    }

    init(known keyword: StaticString) {
        bytes = keyword.withUTF8Buffer { Array($0) }
    }

    // RFC 8601 §2.2: Keyword is Ldh-str; "_" because some write it
    static func accepts(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

extension AuthenticationKeyword: Hashable {
    /// Equal but for ASCII case.
    public static func == (a: AuthenticationKeyword, b: AuthenticationKeyword) -> Bool {
        a.bytes == b.bytes || equalIgnoringASCIICase(a.bytes, b.bytes)
    }

    /// Hashes the keyword in lower case.
    public func hash(into hasher: inout Hasher) {
        for byte in bytes { hasher.combine(byte.lowercasedASCII) }
    }
}

// RFC 8601 §2.7, RFC 8617 §4.4, RFC 7489 §11.1: methods
extension AuthenticationKeyword {
    /// `arc`
    public static let arc = AuthenticationKeyword(known: "arc")
    /// `auth`
    public static let auth = AuthenticationKeyword(known: "auth")
    /// `dkim`
    public static let dkim = AuthenticationKeyword(known: "dkim")
    /// `dmarc`
    public static let dmarc = AuthenticationKeyword(known: "dmarc")
    /// `dnswl` (RFC 8904)
    public static let dnswl = AuthenticationKeyword(known: "dnswl")
    /// `iprev`
    public static let iprev = AuthenticationKeyword(known: "iprev")
    /// `spf`
    public static let spf = AuthenticationKeyword(known: "spf")
}

// RFC 8601 §2.7: results
extension AuthenticationKeyword {
    /// `none`
    public static let none = AuthenticationKeyword(known: "none")
    /// `pass`
    public static let pass = AuthenticationKeyword(known: "pass")
    /// `fail`
    public static let fail = AuthenticationKeyword(known: "fail")
    /// `softfail`
    public static let softfail = AuthenticationKeyword(known: "softfail")
    /// `neutral`
    public static let neutral = AuthenticationKeyword(known: "neutral")
    /// `policy`
    public static let policy = AuthenticationKeyword(known: "policy")
    /// `temperror`
    public static let temperror = AuthenticationKeyword(known: "temperror")
    /// `permerror`
    public static let permerror = AuthenticationKeyword(known: "permerror")
}

// RFC 8601 §2.3, §2.7, RFC 8904 §2: property types and properties
extension AuthenticationKeyword {
    /// `dns`
    public static let dns = AuthenticationKeyword(known: "dns")
    /// `zone`
    public static let zone = AuthenticationKeyword(known: "zone")
    /// `smtp`
    public static let smtp = AuthenticationKeyword(known: "smtp")
    /// `header`
    public static let header = AuthenticationKeyword(known: "header")
    /// `body`
    public static let body = AuthenticationKeyword(known: "body")
    /// `mailfrom`
    public static let mailfrom = AuthenticationKeyword(known: "mailfrom")
    /// `helo`
    public static let helo = AuthenticationKeyword(known: "helo")
    /// `from`
    public static let from = AuthenticationKeyword(known: "from")
    /// `d`
    public static let d = AuthenticationKeyword(known: "d")
    /// `i`
    public static let i = AuthenticationKeyword(known: "i")
    /// `s`
    public static let s = AuthenticationKeyword(known: "s")
    /// `a`
    public static let a = AuthenticationKeyword(known: "a")
    /// `b`
    public static let b = AuthenticationKeyword(known: "b")
    /// `oldest-pass` (RFC 8617)
    public static let oldestPass = AuthenticationKeyword(known: "oldest-pass")
}
