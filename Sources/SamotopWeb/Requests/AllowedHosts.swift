#if Web
    import Hummingbird

    /// Answers only for the names that the pages have. A page elsewhere whose name was pointed at this address gets
    /// nothing.
    struct AllowedHosts: RouterMiddleware {
        private let hosts: Set<String>

        init(_ settings: WebSettings) {
            var hosts = Set(settings.otherHosts.compactMap { Authority($0)?.host })
            hosts.insert(settings.baseURL.host)
            if settings.baseURL == .loopback { hosts.formUnion(["127.0.0.1", "[::1]"]) }
            self.hosts = hosts
        }

        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            guard let text = request.head.authority, let authority = Authority(text), hosts.contains(authority.host)
            else {
                throw HTTPError(.misdirectedRequest)
            }
            return try await next(request, context)
        }
    }
#endif
