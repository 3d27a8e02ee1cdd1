#if Web
    import Logging
    import SamotopAccounts
    import SamotopContacts
    import SamotopDelivery
    import SamotopWeb

    /// The pages of a running server.
    enum ContactPagesFactory {
        /// Nil: none are configured.
        static func pages(
            _ configuration: Configuration, _ rooms: ContactRooms, _ accounts: MailboxAccounts,
            _ outgoing: OutgoingRooms?, _ encryption: EncryptionRooms?, _ addresses: AddressDesk,
            _ limiter: any SignInLimiter, _ logger: Logger,
            linkSeconds: Int
        ) throws -> (pages: ContactPages, origin: String)? {
            guard let listen = configuration.web.listen else { return nil }
            var settings = SamotopWeb.WebSettings(listener: try listener(listen, configuration))
            settings.baseURL = try origin(configuration, listen)
            settings.proxies = configuration.web.proxies
            settings.linkSeconds = linkSeconds
            settings.defaultPolicy = configuration.contacts.policy
            let pages = try ContactPages(
                rooms.desk, policies: rooms.policies, audit: rooms.stores.audit, accounts: accounts,
                passes: PassDesk(rooms.stores.passes),
                addresses: addresses, sending: outgoing.map { $0.desk },
                keys: encryption.map {
                    MailboxKeyDesk(
                        rooms: $0, book: accounts.book, publishes: configuration.encryption.publish == .on)
                }, settings: settings,
                limiter: limiter, logger: logger)
            return (pages, settings.baseURL.text)
        }

        private static func listener(_ address: ListenAddress, _ configuration: Configuration) throws
            -> SamotopWeb.WebSettings.Listener
        {
            switch address {
            case .tcp(let host, let port): return .tcp(host: host.description, port: Int(port))
            case .unix(let path): return .unix(path: path)
            case .systemd:
                let message = "can't be a socket of systemd; write ADDRESS:PORT or unix:/PATH"
                throw StartFailure(ExitStatus.configuration, [configuration.problem("web.listen", message)])
            }
        }

        private static func origin(_ configuration: Configuration, _ listen: ListenAddress) throws -> WebOrigin {
            let text = configuration.web.address?.description ?? "http://\(listen)"
            guard let origin = WebOrigin(text) else {
                let message = "\(text) is not on this machine, and not https; write web.address: https://…"
                throw StartFailure(ExitStatus.configuration, [configuration.problem("web.address", message)])
            }
            return origin
        }
    }
#endif
