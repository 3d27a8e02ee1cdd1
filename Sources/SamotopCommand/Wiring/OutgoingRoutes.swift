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
            if let user = written.user, let file = written.passwordFile {
                let octets: [UInt8]
                do throws(SystemFailure) { octets = try LocalFile.read(file, limit: 4_096) } catch {
                    let key = "relay.routes.\(SectionReader.quoted(written.name)).password-file"
                    throw StartFailure(
                        ExitStatus.configuration, [configuration.problem(key, "can't read \(file): \(error)")])
                }
                let password = String(decoding: octets.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
                route.authentication = Authentication(.password(user: user, password: password))
            }
            table.add(route, for: written.domains)
        }
        self.table = table
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
