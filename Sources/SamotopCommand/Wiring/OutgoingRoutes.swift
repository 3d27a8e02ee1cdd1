import NIOPosix
import SamotopClient
import SamotopRelay

/// The configured routes, with what their files hold.
struct OutgoingRoutes {
    let table: RouteTable

    init(_ configuration: Configuration) throws(StartFailure) {
        var table = RouteTable()
        for written in configuration.relay.routes {
            let standard: UInt16 = written.isLMTP ? 24 : written.security == .implicit ? 465 : 25
            let hops = written.hops.map { hop -> NextHop in
                switch hop {
                case .host(let host, let port): .host(host, port: port ?? standard)
                case .unix(let path): .unix(path: path)
                }
            }
            var route = Route(name: written.name, .nextHops(hops), tls: Self.tls(written))
            route.isLMTP = written.isLMTP
            route.fallback = written.fallback
            if let account = written.account {
                let key = "relay.routes.\(SectionReader.quoted(written.name)).\(account.secret.key)"
                route.authentication = try Self.authentication(account, key, configuration)
            }
            table.add(route, for: written.domains)
        }
        self.table = table
    }

    private static func authentication(
        _ account: RouteAccount, _ key: String, _ configuration: Configuration
    ) throws(StartFailure) -> Authentication {
        let credentials: Authentication.Credentials
        switch account.secret {
        case .password(let file):
            let password = try secret(file, key, configuration)
            credentials = .password(user: account.user, password: password)
        case .token(let file):
            // A path that is wrong is told now.
            _ = try secret(file, key, configuration)
            credentials = .freshBearer(user: account.user) {
                try await NIOThreadPool.singleton.runIfActive { try LocalFile.secret(file) }
            }
        }
        var authentication = Authentication(credentials)
        authentication.mechanisms = account.mechanisms ?? authentication.mechanisms
        return authentication
    }

    private static func secret(
        _ file: String, _ key: String, _ configuration: Configuration
    ) throws(StartFailure) -> String {
        do throws(SystemFailure) {
            return try LocalFile.secret(file)
        } catch {
            throw StartFailure(
                ExitStatus.configuration, [configuration.problem(key, "can't read \(file): \(error)")])
        }
    }

    /// Nil: the relay's own choice.
    private static func tls(_ route: OutgoingRoute) -> ClientTLS? {
        var tls: ClientTLS
        switch route.security {
        case .implicit: tls = .implicit
        case .starttls: tls = .required
        case OutgoingRoute.Security.none?: tls = .none
        case nil:
            guard route.authorities != nil else { return nil }
            tls = .required
        }
        if let file = route.authorities { tls.trust = .file(file) }
        return tls
    }
}
