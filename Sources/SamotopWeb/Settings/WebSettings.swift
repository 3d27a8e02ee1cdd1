#if Web
    public import SamotopContacts
    public import SamotopCore

    /// Where the pages are, and how long someone stays signed in.
    public struct WebSettings: Sendable {
        /// What the server listens on.
        public enum Listener: Sendable, Hashable {
            /// A host name or address, and a port; 0: any free one.
            case tcp(host: String, port: Int)
            /// A socket in the file system.
            case unix(path: String)
        }

        /// What the server listens on.
        public var listener: Listener
        /// What people type: `https://mail.example.org`, without a path. With `http` the host has to be this machine.
        public var baseURL: WebOrigin
        /// Further values of the Host field that are answered; any other gets 421.
        public var otherHosts: [String]
        /// Networks of the proxies in front of the pages: only what connects from there is believed when it says in
        /// X-Forwarded-For who its client is. Without them each connection is counted as its own client's.
        public var proxies: [IPNetwork] = []
        /// Whether whoever connects by a socket in the file system is such a proxy. It has no address to be known by; who
        /// may open the socket is known to the file system.
        public var trustsSocket = false
        /// Seconds without a request after which a session ends.
        public var idleSeconds = 30 * 60
        /// Seconds after sign-in when a session ends in any case.
        public var sessionSeconds = 12 * 3600
        /// Seconds that a sign-in link lives.
        public var linkSeconds = 10 * 60
        /// Connections at a time; further ones wait.
        public var maximumConnections = 256
        /// Seconds that a connection may be silent, and that a request may take to arrive.
        public var idleConnectionSeconds = 20
        /// Octets of a list of contacts to import.
        public var importLimit = 2 << 20
        /// Octets of a form with public keys: more than a mailbox may have, in base64.
        public var keyLimit = 384 << 10
        /// Octets of a held message that are read for the page.
        public var messageLimit = 1 << 20
        /// What holds for addresses that their owner chose nothing for.
        public var defaultPolicy = ScreeningPolicy()

        /// Settings with the defaults.
        public init(
            listener: Listener = .tcp(host: "127.0.0.1", port: 8025), baseURL: WebOrigin = .loopback,
            otherHosts: [String] = []
        ) {
            self.listener = listener
            self.baseURL = baseURL
            self.otherHosts = otherHosts
        }
    }
#endif
