#if Unbound
    public import NameResolution

    /// How an ``UnboundResolver`` asks and what it believes.
    public struct UnboundSettings: Sendable, Hashable {
        /// Who is asked.
        public enum Upstream: Sendable, Hashable {
            /// The authoritative servers, from the root's down. Nobody on the way learns more than they must (RFC
            /// 9156).
            case authoritativeServers
            /// Recursive resolvers. Those with a ``NameServer/tlsName`` are asked over TLS; either all have one or
            /// none.
            case forwarders([NameServer])
            /// The recursive resolvers that a file in the form of resolv.conf(5) names, in the clear.
            case resolvConf(String)
        }

        /// When answers have to be proven by DNSSEC.
        public enum Validation: String, Sendable, Hashable, CaseIterable {
            /// Always, unless ``UnboundResolver/probe()`` finds that the network takes signatures away: from then on
            /// answers are ``SecurityStatus/indeterminate``, until it finds otherwise.
            case ifPossible
            /// Always. Where the network takes signatures away, all answers are failures.
            case always
            /// Never: all answers are ``SecurityStatus/indeterminate``.
            case never
        }

        /// Where the root's public key comes from.
        public enum RootAnchor: Sendable, Hashable {
            /// The first of ``UnboundSettings/rootAnchorFiles`` that is there.
            case installed
            /// A file with DNSKEY or DS records of the root, in the form of a zone file. It is only read.
            case file(String)
            /// Nowhere: what isn't below one of the ``UnboundSettings/trustAnchors`` can't be proven.
            case none
        }

        /// A server to ask.
        public struct NameServer: Sendable, Hashable {
            public var address: IPAddress
            public var port: UInt16
            /// The name in the server's certificate (RFC 8310 §8.1): it is asked over TLS alone. Nil: in the clear.
            public var tlsName: DNSName?

            /// A server; its port is 53, or 853 with TLS (RFC 7858 §3.1), unless another is given.
            public init(_ address: IPAddress, port: UInt16? = nil, tlsName: DNSName? = nil) {
                self.address = address
                self.port = port ?? (tlsName == nil ? 53 : 853)
                self.tlsName = tlsName
            }
        }

        /// A zone whose servers are known: a private one, a DNS list that is served here, a test's.
        public struct Stub: Sendable, Hashable {
            public var zone: DNSName
            public var servers: [NameServer]

            /// A zone and its authoritative servers, which are asked in the clear.
            public init(_ zone: DNSName, servers: [NameServer]) {
                self.zone = zone
                self.servers = servers
            }
        }

        /// Where distributions put the root's key, for ``RootAnchor/installed``.
        public static let rootAnchorFiles = ["/usr/share/dns/root.key", "/var/lib/unbound/root.key"]

        /// Who is asked.
        public var upstream = Upstream.authoritativeServers
        /// Zones that are asked about elsewhere, whatever ``upstream`` is.
        public var stubs: [Stub] = []
        /// Names that libunbound answers by itself, that they don't exist, unless they are here or are a stub's or
        /// above one: `test`, `onion`, `invalid`, the reverse zones of private addresses.
        public var publicZones: [DNSName] = []
        /// When answers have to be proven.
        public var validation = Validation.ifPossible
        /// Where the root's public key comes from.
        public var rootAnchor = RootAnchor.installed
        /// Public keys of other zones: each a DS or DNSKEY record on one line, in the form of a zone file.
        public var trustAnchors: [String] = []
        /// The name whose SOA record ``UnboundResolver/probe()`` asks for. It must be signed, and below a trust anchor.
        public var probeName = DNSName.root
        /// Octets of memory for answers.
        public var messageCacheSize = 4 << 20
        /// Octets of memory for records; twice ``messageCacheSize`` is usual.
        public var recordCacheSize = 8 << 20
        /// Seconds that an answer holds at most, whatever it says itself; with this one and the next, the last resolver
        /// that was made in a process decides for all in it.
        public var maximumTimeToLive: UInt32 = 86_400
        /// Seconds that "there is nothing" holds at most.
        public var maximumNegativeTimeToLive: UInt32 = 3_600
        /// Time for a question, waiting in line included; after it the answer is ``Answer/Failure/timeout``.
        public var timeLimit = Duration.seconds(10)
        /// Questions at libunbound at a time. More wait in line, in order, up to ``maximumWaiting``.
        public var maximumQuestions = 1_000
        /// Questions in line; who comes when there are so many gets ``Answer/Failure/unavailable`` at once.
        public var maximumWaiting = 10_000
        /// UDP sockets open at a time, each with a port of its own.
        public var maximumSockets = 512
        /// TCP connections open at a time.
        public var maximumConnections = 32
        /// Whether names are asked for with letters of random case, which an answer must repeat: forging one is that
        /// much harder.
        public var randomizesCase = true
        /// Certificates of authorities, in PEM, for servers that are asked over TLS.
        public var certificateBundle = "/etc/ssl/certs/ca-certificates.crt"

        /// The defaults: the authoritative servers are asked, and answers are validated from the root's installed key
        /// down.
        public init() {}
    }
#endif
