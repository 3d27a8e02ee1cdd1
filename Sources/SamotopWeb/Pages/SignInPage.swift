#if Web
    import Hummingbird
    import SamotopAccounts
    import SamotopContacts

    /// Signing in, by password or by a link that works once, and out.
    struct SignInPage {
        let room: PageRoom

        func show(_ request: Request, _ context: PageContext) throws -> Response {
            guard context.visit == nil else { return room.redirect(to: "/") }
            return try form(problem: nil)
        }

        func signIn(_ request: Request, _ context: PageContext) async throws -> Response {
            let fields = try await FormReader(limit: 8192, seconds: room.settings.idleConnectionSeconds).read(request)
            let name = fields.line("name", limit: 320)
            let network = ClientNetwork(room.settings).of(request, context)
            guard await room.limiter.admits(name: name.lowercased(), network: network) else {
                return try form(problem: "sign-in-too-often", status: .tooManyRequests)
            }
            let account = try await room.accounts.account(named: name)
            switch await room.passwords.check(fields["password"], against: account?.password) {
            case .busy:
                await room.limiter.withdrawn(name: name.lowercased(), network: network)
                return try form(problem: "sign-in-busy", status: .serviceUnavailable)
            case .wrong: return try form(problem: "sign-in-wrong", name: name, status: .forbidden)
            case .right: break
            }
            guard let account else { return try form(problem: "sign-in-wrong", status: .forbidden) }
            await room.limiter.succeeded(name: name.lowercased(), network: network)
            return start(account, replacing: context.visit)
        }

        /// A link only shows a button: programs that follow the links in mail don't use it up.
        func showLink(_ request: Request, _ context: PageContext) throws -> Response {
            guard let token = context.parameters.get("token").flatMap({ SecretToken($0) }), room.links.isOpen(token)
            else {
                return try room.message("link-over", status: .notFound)
            }
            return try room.barePage("sign-in-link", titled: room.words("sign-in-title"), ["link": token.text])
        }

        func useLink(_ request: Request, _ context: PageContext) async throws -> Response {
            guard let token = context.parameters.get("token").flatMap({ SecretToken($0) }) else {
                return try room.message("link-over", status: .notFound)
            }
            let network = ClientNetwork(room.settings).of(request, context)
            // Counted by network alone: under one name for all links, those who guess would keep everybody's from working.
            let counted = "link \(token.text)"
            guard await room.limiter.admits(name: counted, network: network) else {
                return try room.message("sign-in-too-often", status: .tooManyRequests)
            }
            guard let name = room.links.redeem(token), let account = try await room.accounts.account(named: name) else {
                return try room.message("link-over", status: .notFound)
            }
            await room.limiter.withdrawn(name: counted, network: network)
            return start(account, replacing: context.visit)
        }

        func signOut(_ fields: FormFields, _ visit: Visit) -> Response {
            if fields.has("everywhere") {
                room.sessions.endAll(of: visit.account.name)
            } else {
                room.sessions.end(visit.token)
            }
            var response = room.redirect(to: "/sign-in")
            response.headers[.setCookie] = room.cookie.clearing
            return response
        }

        private func start(_ account: WebAccount, replacing visit: Visit?) -> Response {
            if let visit { room.sessions.end(visit.token) }
            let session = WebSession(
                account: account.name, password: account.password, owner: account.firstOwner, start: room.clock.now())
            var response = room.redirect(to: account.firstOwner == nil ? "/owners" : "/")
            response.headers[.setCookie] = room.cookie.setting(room.sessions.start(session))
            return response
        }

        private func form(problem: String?, name: String = "", status: HTTPResponse.Status = .ok) throws -> Response {
            let view: View = ["problem": problem.map { room.words($0) }, "name": name]
            return try room.barePage("sign-in", titled: room.words("sign-in-title"), view, status: status)
        }
    }
#endif
