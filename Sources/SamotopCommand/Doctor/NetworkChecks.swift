import NIOCore
import NIOPosix
import NameResolution

#if Unbound
    import UnboundResolver
#endif

/// Whether this network lets a mail server do its work.
enum NetworkChecks {
    /// Seconds for a connection.
    static let seconds: Int64 = 10

    #if Unbound
        /// Whether answers of the DNS are proved.
        static func validation(_ found: ValidationProbe) -> HealthFinding {
            let subject = "resolver"
            switch found {
            case .validating: return .ok(subject, "answers are validated by DNSSEC")
            case .disabled:
                return .warning(
                    subject, "answers aren't validated, so that DANE can't work",
                    "remove dns.validate: never, and have the root's key (Debian: dns-root-data)")
            case .stripped:
                return .problem(
                    subject, "signatures don't get through this network: nothing is proved, and DANE can't work",
                    "name other dns.servers, perhaps with TLS; check this machine's clock")
            case .offline: return .unknown(subject, "the DNS doesn't answer")
            }
        }
    #endif

    /// Whether connections to other servers' port 25 are let through: many providers stop them.
    ///
    /// - Parameters:
    ///   - domain: whose server is connected to; nothing is sent.
    ///   - port: 25, but in tests.
    static func portOut(to domain: DNSName, port: Int, _ resolver: any NameResolution.Resolver) async -> HealthFinding {
        let subject = "port \(port) out"
        var addresses: [IPAddress] = []
        do {
            let exchanges = try await resolver.mailExchanges(domain).sorted { $0.preference < $1.preference }
            for (_, host) in exchanges.prefix(3) where host != .root {
                addresses += try await resolver.addresses(host, isIPv6: false)
                addresses += try await resolver.addresses(host, isIPv6: true)
            }
        } catch {
            return .unknown(subject, "the DNS doesn't tell the servers of \(domain.text): \(error.rawValue)")
        }
        guard !addresses.isEmpty else {
            return .unknown(subject, "\(domain.text) has no mail server; name another domain with --probe")
        }
        for address in addresses.prefix(4) {
            if await connects(to: address, port: port) { return .ok(subject, "a server of \(domain.text) answers") }
        }
        return .problem(
            subject, "no server of \(domain.text) can be reached: this network stops mail going out, or is offline",
            "ask your provider to open port \(port); or send by another server (relay.routes)")
    }

    private static func connects(to address: IPAddress, port: Int) async -> Bool {
        guard let server = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: address.octets), port: port) else {
            return false
        }
        let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(seconds)).connect(to: server).get()
        try? await channel?.close()
        return channel != nil
    }
}
