#if Web
    import Hummingbird
    import HTTPTypes
    import NIOCore

    /// The network of a client, by which tries are counted: an IPv4 address, or the first 64 bits of an IPv6 address.
    enum ClientNetwork {
        private static let forwarded = HTTPField.Name("X-Forwarded-For")

        static func of(_ request: Request, _ context: PageContext, isBehindProxy: Bool) -> String {
            if isBehindProxy, let name = forwarded, let last = request.headers[values: name].last,
                let text = last.split(separator: ",").last.map({ String($0).trimmingSpaces() }),
                let address = try? SocketAddress(ipAddress: text, port: 0)
            {
                return network(address)
            }
            return context.remoteAddress.map(network) ?? "local"
        }

        private static func network(_ address: SocketAddress) -> String {
            switch address {
            case .v4: address.ipAddress ?? "v4"
            case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { "v6 \(Array($0.prefix(8)))" }
            case .unixDomainSocket: "local"
            }
        }
    }
#endif
