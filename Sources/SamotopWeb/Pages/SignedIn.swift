#if Web
    import Hummingbird
    import SamotopAccounts
    import SamotopContacts

    /// Routes for those who are signed in.
    struct SignedIn {
        let room: PageRoom
        let group: RouterGroup<PageContext>

        /// Routes of a mailbox: for an administrator, after one was chosen.
        var owned: Owned { Owned(routes: self) }

        /// Routes of those who run the server. For anyone else they don't exist.
        var administered: Administered { Administered(routes: self) }

        func get(
            _ path: RouterPath, _ page: @escaping @Sendable (Request, Visit, PageContext) async throws -> Response
        ) {
            group.get(path) { request, context in
                guard let visit = context.visit else { throw HTTPError(.forbidden) }
                return try await page(request, visit, context)
            }
        }

        /// A change: the form has to carry the token that this session's page gave it.
        func post(
            _ path: RouterPath, limit: Int = 16 << 10,
            _ act: @escaping @Sendable (FormFields, Visit, PageContext) async throws -> Response
        ) {
            let reader = FormReader(limit: limit, seconds: room.settings.idleConnectionSeconds)
            group.post(path) { request, context in
                guard let visit = context.visit else { throw HTTPError(.forbidden) }
                let fields = try await reader.read(request)
                guard fields["token"].utf8.isEqualInConstantTime(to: visit.session.formToken.utf8) else {
                    throw HTTPError(.forbidden)
                }
                return try await act(fields, visit, context)
            }
        }

        struct Administered {
            let routes: SignedIn

            func get(
                _ path: RouterPath, _ page: @escaping @Sendable (Request, Visit, PageContext) async throws -> Response
            ) {
                routes.get(path) { request, visit, context in
                    guard visit.account.isAdministrator else { throw HTTPError(.notFound) }
                    return try await page(request, visit, context)
                }
            }

            func post(
                _ path: RouterPath,
                _ act: @escaping @Sendable (FormFields, Visit, PageContext) async throws -> Response
            ) {
                routes.post(path) { fields, visit, context in
                    guard visit.account.isAdministrator else { throw HTTPError(.notFound) }
                    return try await act(fields, visit, context)
                }
            }
        }

        struct Owned {
            let routes: SignedIn

            func get(
                _ path: RouterPath,
                _ page: @escaping @Sendable (Request, Visit, Owner, PageContext) async throws -> Response
            ) {
                routes.get(path) { [room = routes.room] request, visit, context in
                    guard let owner = visit.owner else { return room.redirect(to: "/owners") }
                    return try await page(request, visit, owner, context)
                }
            }

            func post(
                _ path: RouterPath, limit: Int = 16 << 10,
                _ act: @escaping @Sendable (FormFields, Visit, Owner, PageContext) async throws -> Response
            ) {
                routes.post(path, limit: limit) { fields, visit, context in
                    guard let owner = visit.owner else { throw HTTPError(.notFound) }
                    return try await act(fields, visit, owner, context)
                }
            }
        }
    }
#endif
