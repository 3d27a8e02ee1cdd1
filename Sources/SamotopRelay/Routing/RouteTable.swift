import NameResolution
public import SMTP
public import SamotopQueue

/// Which domains' mail goes by a route that a person chose.
///
/// The exact domain is looked for first, then `.example.org` for names below `example.org` (the longest first), then `*`. An address
/// literal is matched only as itself, with its brackets.
public struct RouteTable: Sendable {
    /// Routes by their names.
    public private(set) var routes: [String: Route] = [:]
    private var patterns: [[UInt8]: String] = [:]

    /// Nobody has chosen anything: the DNS says where mail goes.
    public init() {}

    /// Labels of a domain that are looked at for `.example.org`: as many as a name of the DNS can have.
    private static let maximumLabels = 127

    /// Adds a route, or replaces the one of the same name.
    ///
    /// - Parameter patterns: domains (A-labels), `.` and a domain for those below it, or `*`; compared without regard to case. None:
    ///   the route is only another one's fallback.
    public mutating func add(_ route: Route, for patterns: [String]) {
        routes[route.name] = route
        for pattern in patterns { self.patterns[Self.key(Array(pattern.utf8))] = route.name }
    }

    /// The route for a domain; nil: the DNS says where its mail goes.
    public func route(for domain: Domain) -> Route? {
        var text = Self.key(domain.bytes)
        if case .name(let name) = domain, !name.isASCII, let ascii = domain.dnsName {
            text = Self.key(Array(ascii.text.utf8))
        }
        if let route = route(matching: text) { return route }
        if case .name = domain {
            var rest = text[...]
            for _ in 0..<Self.maximumLabels {
                guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { break }
                rest = rest[dot...]
                if let route = route(matching: Array(rest)) { return route }
                rest = rest.dropFirst()
            }
        }
        return route(matching: [UInt8(ascii: "*")])
    }

    /// Where the queue shall count a recipient's mail: by its domain, or by the route that has several domains' mail go one way.
    public func destination(for domain: Domain) -> QueueDestination {
        if let route = route(for: domain), case .nextHops = route.way { return QueueDestination(name: route.name) }
        // One domain has one name here, whichever way it is spelled.
        if case .name(let name) = domain, !name.isASCII, let ascii = domain.dnsName {
            return QueueDestination(name: ascii.text.lowercased())
        }
        return QueueDestination(domain)
    }

    /// The route to take when no server of `route` could be reached.
    func fallback(of route: Route?) -> Route? {
        guard let route, let name = route.fallback, name != route.name else { return nil }
        return routes[name]
    }

    private func route(matching pattern: [UInt8]) -> Route? { patterns[pattern].flatMap { routes[$0] } }

    private static func key(_ text: [UInt8]) -> [UInt8] {
        text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}
