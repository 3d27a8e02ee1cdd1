import NameResolution

/// Makes the resolver that the configuration describes.
enum ResolverFactory {
    /// With a cache in front.
    ///
    /// - Throws: ``StartFailure``, which says what to do.
    static func resolver(_ settings: DNSSettings) throws(StartFailure) -> any Resolver {
        #if Unbound
            CachingResolver(try unbound(settings))
        #else
            throw StartFailure(
                ExitStatus.configuration,
                ["samotop: dns: built without a resolver (trait Unbound); write authentication: off, or build with it"])
        #endif
    }
}

#if Unbound
    import UnboundResolver

    extension ResolverFactory {
        /// Without a cache in front.
        static func unbound(_ settings: DNSSettings) throws(StartFailure) -> UnboundResolver {
            do {
                return try UnboundResolver(UnboundSettings(settings))
            } catch {
                throw StartFailure(ExitStatus.configuration, ["samotop: dns: \(error)"])
            }
        }
    }

    extension UnboundSettings {
        init(_ settings: DNSSettings) {
            self.init()
            if !settings.servers.isEmpty { upstream = .forwarders(settings.servers.map { NameServer($0) }) }
            stubs = settings.stubs.map { zone, servers in Stub(zone, servers: servers.map { NameServer($0) }) }
            trustAnchors = settings.trustAnchors
            if let file = settings.trustAnchorFile { rootAnchor = .file(file) }
            timeLimit = settings.timeout
            messageCacheSize = settings.cache / 3
            recordCacheSize = settings.cache / 3 * 2
            validation =
                switch settings.validate {
                case .ifPossible: .ifPossible
                case .always: .always
                case .never: .never
                }
        }
    }

    extension UnboundSettings.NameServer {
        init(_ server: NameServer) {
            self.init(server.address, port: server.port, tlsName: server.tlsName.flatMap { DNSName($0) })
        }
    }
#endif
