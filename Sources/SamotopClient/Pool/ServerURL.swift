import SMTP

/// A server and how to speak to it, in one line:
///
///     smtp://user:pass@mail.example.org:587?tls=required
///     smtps://user:pass@mail.example.org
///     lmtp:///run/dovecot/lmtp
///     lmtp://127.0.0.1:24?tls=none
///
/// Scheme: `smtp` (port 587 with a user, else 25), `smtps` (implicit TLS, port 465), `lmtp` (port 24, or the path of a Unix socket).
/// User and password are percent-encoded. Query: `tls` is `required` (the default), `opportunistic` or `none` (the default for a Unix
/// socket); `hello` the name for EHLO; `auth=in-clear` allows passwords without TLS. Anything else is an error.
public struct ServerURL: Sendable {
    /// Where the server is.
    public let server: ServerAddress
    /// How to speak to it.
    public let configuration: ClientConfiguration

    /// Reads a URL; throws what is wrong with it, without its password.
    public init(_ url: String) throws(SMTPClientError) {
        guard let colon = url.firstRange(of: "://") else { throw .url("it has no scheme") }
        let scheme = url[..<colon.lowerBound].lowercased()
        var rest = url[colon.upperBound...]
        guard !rest.contains("#") else { throw .url("it has a fragment") }
        var query: [(name: String, value: String)] = []
        if let mark = rest.firstIndex(of: "?") {
            query = try Self.query(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        let authority = try Authority(rest.dropLast(path.count))
        let isUnix = scheme == "lmtp" && authority.host.isEmpty
        guard isUnix || path.isEmpty || path == "/" else { throw .url("it has a path") }

        var mode: ClientTLS.Mode = isUnix ? .none : .required
        var port: Int
        switch scheme {
        case "smtp": port = authority.user == nil ? 25 : 587
        case "smtps": (port, mode) = (465, .implicit)
        case "lmtp": port = 24
        default: throw .url("its scheme is none of smtp, smtps, lmtp")
        }
        if let given = authority.port { port = given }
        var hello: Domain?
        var isAllowedInClear = false
        for (name, value) in query {
            switch (name, value) {
            case ("tls", "required") where mode != .implicit: mode = .required
            case ("tls", "opportunistic") where mode != .implicit: mode = .opportunistic
            case ("tls", "none") where mode != .implicit: mode = .none
            case ("hello", _):
                hello = Domain(value)
                if hello == nil { throw .url("hello is no domain name") }
            case ("auth", "in-clear"): isAllowedInClear = true
            default: throw .url("its query has something unknown")
            }
        }
        if isUnix {
            guard path.count > 1, let path = Self.decoded(path), authority.user == nil, authority.port == nil else {
                throw .url("a Unix socket has a path and nothing else")
            }
            server = .unix(path: path)
        } else {
            guard !authority.host.isEmpty else { throw .url("it has no host") }
            server = .host(authority.host, port: port)
        }
        var configuration = ClientConfiguration(tls: ClientTLS(mode))
        configuration.dialect = scheme == "lmtp" ? .lmtp : .smtp
        configuration.hello = hello
        if let user = authority.user {
            var authentication = Authentication(.password(user: user, password: authority.password ?? ""))
            authentication.isAllowedInClear = isAllowedInClear
            configuration.authentication = authentication
        }
        self.configuration = configuration
    }

    private struct Authority {
        var user: String?
        var password: String?
        let host: String
        var port: Int?

        init(_ text: Substring) throws(SMTPClientError) {
            var host = text
            if let at = text.lastIndex(of: "@") {
                let parts = text[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard let user = parts.first.flatMap(ServerURL.decoded), !user.isEmpty, parts.count == 2,
                    let password = ServerURL.decoded(parts[1]), !password.isEmpty
                else { throw .url("it needs user:password before the @, percent-encoded") }
                self.user = user
                self.password = password
                host = text[text.index(after: at)...]
            }
            var port: Substring?
            if host.hasPrefix("[") {
                guard let end = host.firstIndex(of: "]") else { throw .url("its IPv6 address has no end") }
                let behind = host[host.index(after: end)...]
                host = host[host.index(after: host.startIndex)..<end]
                guard behind.isEmpty || behind.first == ":" else { throw .url("its IPv6 address is followed by text") }
                port = behind.isEmpty ? nil : behind.dropFirst()
            } else if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
            }
            if let port {
                guard port.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(port),
                    (1...65535).contains(number)
                else { throw .url("its port is no number from 1 to 65535") }
                self.port = number
            }
            guard let decoded = ServerURL.decoded(host) else { throw .url("its host is not percent-encoded") }
            self.host = decoded
        }
    }

    private static func query(_ text: Substring) throws(SMTPClientError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = decoded(parts[1]) else { throw .url("its query is malformed") }
            pairs.append((String(parts[0]), value))
        }
        return pairs
    }

    /// RFC 3986 §2.1; nil for what is no UTF-8, or holds NUL.
    private static func decoded(_ text: Substring) -> String? {
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, !digits.hasPrefix("+"),
                !digits.hasPrefix("-"),
                let value = UInt8(digits, radix: 16), value != 0
            else { return nil }
            octets.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: octets, as: UTF8.self)
    }
}

extension SMTPClientError {
    fileprivate static func url(_ what: String) -> SMTPClientError {
        SMTPClientError(stage: .connect, kind: .client, reason: .configuration("the URL can't be used: \(what)"))
    }
}
