import SamotopCore
import SamotopQueue

/// `relay:`, mail to other servers.
struct OutgoingSettings: Sendable, Hashable {
    /// What is asked of everybody's servers.
    enum Security: String, CaseIterable {
        /// TLS where it is offered; more where DANE, MTA-STS or what was seen before ask for it.
        case opportunistic
        /// Never in clear.
        case encrypted
        /// Only to servers that prove who they are.
        case verified
    }

    /// Whether mail goes out at all: `relay:` is written.
    var isOn = false
    /// Networks whose clients may send to other servers.
    var from: [IPNetwork] = []
    /// The name in EHLO; nil: the host's.
    var hello: String?
    var security = Security.opportunistic
    /// Inner networks that mail may go to.
    var networks: [IPNetwork] = []
    /// PEM: whom to trust about other servers instead of the system's authorities.
    var caFile: String?
    /// The port of other MTAs.
    var port: UInt16 = 25
    var routes: [OutgoingRoute] = []
    /// Whose mail is signed, by which keys.
    var sign: [SigningSettings] = []
    /// The domain in whose name strangers' mail goes on where an alias leads to another server; nil: the postmaster's.
    var forwardingDomain: String?
    /// Who is told what becomes of mail.
    var webhooks: [WebhookSettings] = []
    var queue = QueueLimits()

    init() {}

    init(_ reader: SectionReader) {
        isOn = true
        from = reader.list("from", Network.parse) ?? from
        hello = reader.value("hello", Name.domain)
        security = reader.value("tls", Choice.of(Security.self)) ?? security
        networks = reader.list("inner-networks", Network.parse) ?? networks
        caFile = reader.value("ca-file", Name.path)
        port = reader.value("port", Self.port) ?? port
        let routes = reader.section("routes")
        for name in routes.keys where name.contains(":") {
            routes.complain(aboutKey: name, "a route's name has no colon; choose another")
        }
        self.routes = routes.keys.compactMap { OutgoingRoute(routes.section($0), name: $0) }
        routes.finish()
        let keys = reader.section("sign")
        sign = keys.keys.compactMap { SigningSettings(keys.section($0), domain: $0, in: keys) }
        keys.finish()
        forwardingDomain = reader.value("forwarding-domain", Name.domain)
        let hooks = reader.section("webhooks")
        webhooks = hooks.keys.compactMap { WebhookSettings(hooks.section($0), name: $0) }
        hooks.finish()
        queue = QueueLimits(reader.section("queue"), self.routes)
        reader.finish()
        for route in self.routes {
            guard let fallback = route.fallback, !self.routes.contains(where: { $0.name == fallback }) else { continue }
            routes.complain(
                route.name, "its fallback \(Quantity.quoted(fallback)) is no route; name one that is listed here")
        }
    }

    static func port(_ text: String) throws(Unfit) -> UInt16 {
        guard let port = UInt16(text), port > 0 else {
            throw Unfit("not a port: \(Quantity.quoted(text)); use 1 to 65535")
        }
        return port
    }

    /// Numbers of the queue.
    struct QueueLimits: Sendable, Hashable {
        var lifetime = Duration.seconds(5 * 86_400)
        /// Nil: never.
        var warnAfter: Duration? = .seconds(4 * 3_600)
        var retry: [Duration] = []
        var deliveries = 200
        var deliveriesPerDestination = 20
        /// Those that differ, by what the queue calls them.
        var destinations: [String: DestinationSettings] = [:]
        /// What waits for a person before it goes out.
        var hold: [HoldRule] = []
        /// How long an address that refused for good isn't written to by that account; nil: nothing is suppressed.
        var suppression: Duration? = .seconds(90 * 86_400)
        var suppressedAddresses = 100_000
        var suppressedPerAccount = 10_000

        init() {}

        init(_ reader: SectionReader, _ routes: [OutgoingRoute]) {
            lifetime =
                reader.value("lifetime", Quantity.duration(in: .seconds(3_600)...(.seconds(30 * 86_400)))) ?? lifetime
            if reader.isOff("warn-after") {
                warnAfter = nil
            } else {
                warnAfter =
                    reader.value("warn-after", Quantity.duration(in: .seconds(60)...(.seconds(5 * 86_400))))
                    ?? warnAfter
            }
            retry = reader.list("retry", Quantity.duration(in: .seconds(1)...(.seconds(86_400)))) ?? retry
            deliveries = reader.value("deliveries", Quantity.count(in: 1...10_000)) ?? deliveries
            deliveriesPerDestination =
                reader.value("deliveries-per-destination", Quantity.count(in: 1...1_000)) ?? deliveriesPerDestination
            destinations = DestinationSettings.all(reader.section("destinations"), routes)
            let rules = reader.section("hold")
            hold = rules.keys.compactMap { HoldRule(rules.section($0), name: $0) }
            rules.finish()
            if reader.isOff("suppression") {
                suppression = nil
            } else {
                suppression =
                    reader.value("suppression", Quantity.duration(in: .seconds(3_600)...(.seconds(366 * 86_400))))
                    ?? suppression
            }
            suppressedAddresses =
                reader.value("suppressed-addresses", Quantity.count(in: 1...1_000_000)) ?? suppressedAddresses
            suppressedPerAccount =
                reader.value("suppressed-per-account", Quantity.count(in: 1...1_000_000)) ?? suppressedPerAccount
            reader.finish()
        }
    }
}

/// `relay.routes.NAME:`, a way for some domains' mail instead of what the DNS says.
struct OutgoingRoute: Sendable, Hashable {
    enum Security: String, CaseIterable { case implicit, starttls, none }

    /// A server that is named.
    enum Hop: Sendable, Hashable {
        case host(String, port: UInt16?)
        case unix(String)
    }

    let name: String
    /// Domains, `.` and a domain for those below it, or `*`.
    var domains: [String]
    var hops: [Hop]
    var isLMTP = false
    /// Nil: STARTTLS, verified; none on a Unix socket.
    var security: Security?
    /// PEM: whom to trust instead of the system's roots.
    var authorities: String?
    /// Nil: nobody in particular.
    var account: RouteAccount?
    var fallback: String?

    init?(_ reader: SectionReader, name: String) {
        self.name = name
        let domains = reader.list("domains", Self.pattern)
        let smtp = reader.list("smtp", Self.hop) ?? []
        let lmtp = reader.list("lmtp", Self.hop) ?? []
        self.domains = domains ?? []
        hops = smtp + lmtp
        isLMTP = !lmtp.isEmpty
        security = reader.value("tls", Choice.of(Security.self))
        authorities = reader.value("ca-file", Name.path)
        account = RouteAccount(reader)
        fallback = reader.value("fallback", Name.text)
        reader.finish()
        if smtp.isEmpty == lmtp.isEmpty {
            reader.complain(
                "smtp", "a route has either smtp or lmtp: the servers, like smtp.example.net:587 or unix:/run/lmtp")
            return nil
        }
        if account != nil, security == OutgoingRoute.Security.none {
            reader.complain("tls", "a password doesn't go in clear; use starttls or implicit")
        }
    }

    private static func pattern(_ text: String) throws(Unfit) -> String {
        text == "*" ? text : try Name.domains(text)
    }

    static func hop(_ text: String) throws(Unfit) -> Hop {
        if text.hasPrefix("unix:") {
            guard case .unix(let path) = try ListenAddress.parse(text) else {
                throw Unfit("not a socket: \(Quantity.quoted(text))")
            }
            return .unix(path)
        }
        // [2001:db8::1]:587, smtp.example.net:587, 192.0.2.1
        let bracket = text.lastIndex(of: "]") ?? text.startIndex
        guard let colon = text[bracket...].lastIndex(of: ":"), text.hasPrefix("[") || !text[..<colon].contains(":")
        else {
            return .host(bare(text), port: nil)
        }
        return .host(
            bare(String(text[..<colon])), port: try OutgoingSettings.port(String(text[text.index(after: colon)...])))
    }

    private static func bare(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
