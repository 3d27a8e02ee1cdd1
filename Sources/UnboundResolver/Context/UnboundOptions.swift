#if Unbound
    import NameResolution
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// The settings in libunbound's own words (unbound.conf(5)), checked.
    struct UnboundOptions {
        /// Octets of ``forwardZone`` at most.
        static let maximumText = 4_096

        /// Seconds for which a server that didn't answer isn't asked again. libunbound's own quarter of an hour would
        /// be that long without mail after half a minute without a network.
        static let silenceMemory = 30

        let values: [(option: String, value: String)]
        let resolvConf: String?
        /// A clause of the configuration file: the only form in which libunbound takes servers with names for TLS.
        let forwardZone: String?
        let stubs: [(zone: String, server: String)]
        /// The root is always among them: removing it changes nothing, but settles the settings.
        let publicZones: Set<String>

        init(_ settings: UnboundSettings) throws(UnboundError) {
            try Self.checkNumbers(settings)
            var values = Self.values(settings)
            var (resolvConf, forwardZone): (String?, String?)
            switch settings.upstream {
            case .authoritativeServers: break
            case .resolvConf(let path): resolvConf = path
            case .forwarders(let servers):
                let isTLS = try Self.checkForwarders(servers)
                if isTLS { values.append(("tls-cert-bundle", try Self.certificates(settings))) }
                forwardZone = try Self.forwardZone(servers, isTLS)
            }
            self.values = values
            self.resolvConf = resolvConf
            self.forwardZone = forwardZone
            stubs = try Self.stubs(settings.stubs)
            var zones: Set<String> = ["."]
            for zone in settings.publicZones + settings.stubs.map(\.zone) {
                var next: DNSName? = zone
                while let name = next {
                    zones.insert(name.text)
                    next = name.parent
                }
            }
            publicZones = zones
        }

        private static func values(_ settings: UnboundSettings) -> [(option: String, value: String)] {
            // Half of a question's time for a server that doesn't answer: then the question ends at libunbound, too,
            // soon after nobody waits for it any more.
            let patience = min(max(milliseconds(settings.timeLimit) / 2, 500), 60_000)
            return [
                ("msg-cache-size", "\(settings.messageCacheSize)"),
                ("rrset-cache-size", "\(settings.recordCacheSize)"),
                ("cache-max-ttl", "\(settings.maximumTimeToLive)"),
                ("cache-max-negative-ttl", "\(settings.maximumNegativeTimeToLive)"),
                ("cache-min-ttl", "0"),
                ("infra-cache-max-rtt", "\(patience)"),
                ("infra-host-ttl", "\(silenceMemory)"),
                ("outgoing-range", "\(settings.maximumSockets)"),
                ("outgoing-num-tcp", "\(settings.maximumConnections)"),
                ("do-not-query-localhost", asksThisMachine(settings) ? "no" : "yes"),
                ("use-caps-for-id", settings.randomizesCase ? "yes" : "no"),
                ("unwanted-reply-threshold", "10000000"),
                ("qname-minimisation", "yes"),
                ("harden-glue", "yes"),
                ("harden-dnssec-stripped", "yes"),
                ("harden-below-nxdomain", "yes"),
                ("val-clean-additional", "yes"),
                ("val-permissive-mode", "no"),
                ("val-log-level", "0"),
                // RFC 8145 tells the root's servers which keys are trusted here. They needn't know.
                ("trust-anchor-signaling", "no"),
                ("minimal-responses", "yes"),
                ("prefetch", "no"),
                ("use-syslog", "no"),
            ]
        }

        /// Otherwise no stranger's zone shall have this machine's own servers asked.
        private static func asksThisMachine(_ settings: UnboundSettings) -> Bool {
            var servers = settings.stubs.flatMap(\.servers)
            switch settings.upstream {
            case .authoritativeServers: break
            case .forwarders(let forwarders): servers += forwarders
            // It is usual that a resolver on this machine is named there, or none, which means one on this machine.
            case .resolvConf: return true
            }
            return servers.contains { server in
                let address = server.address.withoutMapping
                return address.octets.first == 127 && !address.isIPv6 || address == IPAddress("::1")
            }
        }

        private static func milliseconds(_ duration: Duration) -> Int64 {
            let (seconds, attoseconds) = duration.components
            let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
            return overflow ? .max : product &+ attoseconds / 1_000_000_000_000_000
        }

        private static func checkNumbers(_ settings: UnboundSettings) throws(UnboundError) {
            let numbers = [
                ("messageCacheSize", settings.messageCacheSize), ("recordCacheSize", settings.recordCacheSize),
                ("maximumTimeToLive", Int(settings.maximumTimeToLive)),
                ("maximumNegativeTimeToLive", Int(settings.maximumNegativeTimeToLive)),
                ("maximumQuestions", settings.maximumQuestions), ("maximumWaiting", settings.maximumWaiting),
                ("maximumSockets", settings.maximumSockets), ("maximumConnections", settings.maximumConnections),
            ]
            for (name, number) in numbers {
                guard number > 0, number <= Int(Int32.max) else { throw .outOfRange(setting: name) }
            }
            guard settings.timeLimit > .zero, settings.timeLimit < .seconds(Int64(Int32.max)) else {
                throw .outOfRange(setting: "timeLimit")
            }
        }

        /// Whether they are asked over TLS.
        private static func checkForwarders(_ servers: [UnboundSettings.NameServer]) throws(UnboundError) -> Bool {
            guard !servers.isEmpty, servers.allSatisfy({ $0.port > 0 }) else { throw .noServer(setting: "upstream") }
            let names = servers.compactMap(\.tlsName)
            guard names.isEmpty || names.count == servers.count else { throw .mixedTransports }
            for name in names where !name.isHostName { throw .tlsName(name.text) }
            // A libunbound without TLS would ask in the clear: it has to be known beforehand.
            guard names.isEmpty || LibraryTLS.isThere else { throw .withoutTLS }
            return !names.isEmpty
        }

        private static func certificates(_ settings: UnboundSettings) throws(UnboundError) -> String {
            let path = settings.certificateBundle
            guard access(path, R_OK) == 0 else { throw .unreadable(setting: "certificateBundle", path: path) }
            return path
        }

        private static func forwardZone(
            _ servers: [UnboundSettings.NameServer], _ isTLS: Bool
        ) throws(UnboundError) -> String {
            var text = "forward-zone:\n  name: \".\"\n  forward-tls-upstream: \(isTLS ? "yes" : "no")\n"
            for server in servers {
                text += "  forward-addr: \(address(server))\(server.tlsName.map { "#\($0)" } ?? "")\n"
            }
            guard text.utf8.count <= maximumText else { throw .outOfRange(setting: "upstream") }
            return text
        }

        private static func stubs(
            _ stubs: [UnboundSettings.Stub]
        ) throws(UnboundError) -> [(zone: String, server: String)] {
            var pairs: [(zone: String, server: String)] = []
            for stub in stubs {
                guard !stub.servers.isEmpty, stub.servers.allSatisfy({ $0.port > 0 }) else {
                    throw .noServer(setting: "stubs")
                }
                for server in stub.servers {
                    if let name = server.tlsName { throw .tlsName(name.text) }
                    pairs.append((stub.zone.text, address(server)))
                }
            }
            return pairs
        }

        private static func address(_ server: UnboundSettings.NameServer) -> String {
            "\(server.address)@\(server.port)"
        }
    }
#endif
