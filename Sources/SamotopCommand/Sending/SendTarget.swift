import Foundation
import SamotopClient

/// The server that `--server` names.
struct SendTarget {
    private enum Place {
        case host(String, port: Int?)
        case unix(String)
    }

    private let place: Place
    /// What the form says: `smtps` is TLS from the start.
    let mode: ClientTLS.Mode?
    let isLMTP: Bool
    let user: String?
    let password: String?

    /// `HOST`, `HOST:PORT`, `[2001:db8::1]:25`, `unix:PATH`, or a URL.
    init(_ text: String) throws {
        let unfit = SendProblem.usage(
            "--server: \(OneLine.escaped(text)) is no server; write HOST, HOST:PORT, unix:PATH or a URL")
        if text.hasPrefix("unix:") {
            place = .unix(String(text.dropFirst(5)))
            (mode, isLMTP, user, password) = (ClientTLS.Mode.none, false, nil, nil)
            return
        }
        let isURL = text.contains("://")
        guard let parts = URLComponents(string: isURL ? text : "smtp://\(text)"), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["smtp", "smtps", "lmtp"].contains(scheme),
            parts.path.isEmpty || parts.path == "/"
        else { throw unfit }
        var mode = scheme == "smtps" ? ClientTLS.Mode.implicit : nil
        for item in parts.queryItems ?? [] {
            guard item.name == "tls", let value = item.value, let choice = SendCommand.TLSChoice(rawValue: value) else {
                throw unfit
            }
            mode = choice.mode
        }
        let port = parts.port ?? (scheme == "smtps" ? 465 : scheme == "lmtp" ? 24 : nil)
        place = .host(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port)
        self.mode = mode
        isLMTP = scheme == "lmtp"
        user = parts.user
        password = parts.password
    }

    func address(isLMTP: Bool) -> ServerAddress {
        switch place {
        case .host(let host, let port): .host(host, port: port ?? (isLMTP ? 24 : 25))
        case .unix(let path): .unix(path: path)
        }
    }

    /// The own machine: what is said never leaves it.
    var isLocal: Bool {
        switch place {
        case .unix: true
        case .host(let host, _): host == "localhost" || host.hasPrefix("127.") || host == "::1"
        }
    }
}
