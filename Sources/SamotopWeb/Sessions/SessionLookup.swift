#if Web
    import Hummingbird

    /// Finds who is signed in by the cookie. The account is asked for each time: one that is gone, or has another
    /// password, is signed out.
    struct SessionLookup: RouterMiddleware {
        let room: PageRoom

        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            var context = context
            context.visit = try await visit(request)
            return try await next(request, context)
        }

        private func visit(_ request: Request) async throws -> Visit? {
            guard let token = room.cookie.token(in: request.headers),
                let session = room.sessions.session(token, now: room.clock.now())
            else { return nil }
            guard let account = try await room.accounts.account(named: session.account),
                account.password == session.password
            else {
                room.sessions.end(token)
                return nil
            }
            let owner = session.owner.flatMap { account.mayActFor($0) ? $0 : nil }
            return Visit(token: token, session: session, account: account, owner: owner)
        }
    }

    /// Sends those who aren't signed in to where they can.
    struct SignedInOnly: RouterMiddleware {
        func handle(
            _ request: Request, context: PageContext, next: Next
        ) async throws -> Response {
            guard context.visit != nil else {
                guard request.method == .get || request.method == .head else { throw HTTPError(.forbidden) }
                return Response(status: .seeOther, headers: [.location: "/sign-in"])
            }
            return try await next(request, context)
        }
    }
#endif
