#if Web
    import Hummingbird
    import HummingbirdCore
    public import Logging
    import NIOCore
    public import SamotopAccounts
    public import SamotopContacts
    public import SamotopCore
    public import SamotopDelivery
    public import ServiceLifecycle

    /// The web pages where people decide who may write to them. Made on the server, complete without scripts.
    ///
    /// It speaks plain HTTP/1.1: TLS is a proxy's, or the pages are for this machine alone (``WebSettings/baseURL``).
    public struct ContactPages: Service {
        /// The sign-in links that these pages take: whoever runs the server makes them.
        public let links: SignInLinks

        let room: PageRoom
        private let logger: Logger
        private let onListening: @Sendable (BoundAddress) async -> Void

        /// - Parameters:
        ///   - desk: where decisions go.
        ///   - audit: what the page *Why* shows.
        ///   - passes: where passes are made; nil: there is no page for them.
        ///   - addresses: which addresses there are; nil: there is no page for them.
        ///   - sending: the queue and the other servers' signatures, for administrators; nil: there are no pages for them.
        ///   - keys: where owners' public keys are; nil: there is no page for them.
        ///   - limiter: shared with the other ways to sign in; nil: one of its own.
        ///   - onListening: told the address once connections are taken.
        /// - Throws: when a template is broken, which is a mistake of ours.
        public init(
            _ desk: ContactDesk, policies: any PolicyStore, audit: any AuditStore, accounts: any WebAccounts,
            passes: PassDesk? = nil, addresses: AddressDesk? = nil, sending: SendingDesk? = nil,
            keys: (any KeyDesk)? = nil,
            settings: WebSettings = WebSettings(),
            limiter: (any SignInLimiter)? = nil,
            passwords: PasswordVerifier = PasswordVerifier(), clock: any WallClock = SystemClock(),
            logger: Logger = Logger(label: "samotop.pages"),
            onListening: @escaping @Sendable (BoundAddress) async -> Void = { _ in }
        ) throws {
            links = SignInLinks(lifetime: settings.linkSeconds, clock: clock)
            room = PageRoom(
                desk: desk, policies: policies, passes: passes, addresses: addresses, sending: sending, keys: keys,
                audit: audit, accounts: accounts, settings: settings,
                sessions: WebSessions(idleSeconds: settings.idleSeconds, sessionSeconds: settings.sessionSeconds),
                links: links, limiter: limiter ?? MemorySignInLimiter(clock: clock), passwords: passwords, clock: clock,
                words: .english, templates: try Templates(), assets: Assets(),
                cookie: SessionCookie(isSecure: settings.baseURL.isSecure))
            self.logger = logger
            self.onListening = onListening
        }

        /// Serves until the task is cancelled or shut down gracefully.
        public func run() async throws { try await application().run() }

        /// Ends all sessions of an account, as after a change of its password.
        public func signOut(_ account: String) { room.sessions.endAll(of: account) }

        func application() -> some ApplicationProtocol {
            let settings = room.settings
            let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)
            let address: BindAddress =
                switch settings.listener {
                case .tcp(let host, let port): .hostname(host, port: port)
                case .unix(let path): .unixDomainSocket(path: path)
                }
            return Application(
                router: Routes(room: room).router(),
                server: .http1(
                    configuration: .init(
                        idleTimeout: .seconds(Int64(settings.idleConnectionSeconds)), httpDecoderConfiguration: decoder)
                ),
                configuration: ApplicationConfiguration(
                    address: address,
                    availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections)),
                onServerRunning: { [onListening] channel in
                    await onListening(
                        BoundAddress(host: channel.localAddress?.ipAddress, port: channel.localAddress?.port))
                },
                logger: logger)
        }
    }

    /// What the pages listen on in fact.
    public struct BoundAddress: Sendable, Hashable {
        /// The IP address; nil for a socket in the file system.
        public let host: String?
        /// The port.
        public let port: Int?
    }
#endif
