#if Web
    import HTTPTypes
    import Hummingbird
    import NIOCore
    import SamotopAccounts
    import SamotopCore

    /// The network of a client, by which tries are counted: an IPv4 address, or the first 64 bits of an IPv6 address.
    struct ClientNetwork {
        /// Proxies one behind the other that are looked through.
        private static let maximumProxies = 16
        private static let forwarded = HTTPField.Name("X-Forwarded-For")

        private let proxies: [IPNetwork]
        private let trustsSocket: Bool

        init(_ settings: WebSettings) {
            proxies = settings.proxies
            trustsSocket = settings.trustsSocket
        }

        /// The network of the connection; behind a proxy that is believed, that of the last address in X-Forwarded-For which
        /// isn't such a proxy's. What stands before it anybody may have written.
        func of(_ request: Request, _ context: PageContext) -> String {
            var client = context.remoteAddress.flatMap { ClientAddress($0) } ?? .local
            guard isProxy(client) else { return client.signInNetwork }
            let fields = Self.forwarded.map { request.headers[values: $0] } ?? []
            let entries = fields.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            for entry in entries.reversed().prefix(Self.maximumProxies) {
                // Behind what is no address nothing can be known.
                guard let next = ClientAddress(forwarded: String(entry).trimmingSpaces()) else { break }
                client = next
                if !isProxy(client) { break }
            }
            return client.signInNetwork
        }

        private func isProxy(_ address: ClientAddress) -> Bool {
            if case .local = address { return trustsSocket }
            return proxies.contains { $0.contains(address) }
        }
    }

    extension ClientAddress {
        /// The address of a socket's peer.
        init?(_ address: SocketAddress) {
            switch address {
            case .v4(let address):
                self = .ipv4(withUnsafeBytes(of: address.address.sin_addr) { Array($0) })
            case .v6(let address):
                self = .ipv6(withUnsafeBytes(of: address.address.sin6_addr) { Array($0) })
            case .unixDomainSocket:
                self = .local
            }
        }

        /// An address as proxies write it in X-Forwarded-For; nil when it is none.
        fileprivate init?(forwarded text: String) {
            guard let network = IPNetwork(text), network.length == network.prefix.count * 8, !text.contains("/") else {
                return nil
            }
            self = network.prefix.count == 4 ? .ipv4(network.prefix) : .ipv6(network.prefix)
        }
    }
#endif
