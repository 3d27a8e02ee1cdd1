#if Web
    import Hummingbird
    import SamotopContacts
    import SamotopDelivery

    /// Which path is which page. What changes something is registered by ``Owned/post(_:limit:_:)`` alone, which
    /// looks at the
    /// form's token first.
    struct Routes {
        let room: PageRoom

        func router() -> Router<PageContext> {
            let router = Router(context: PageContext.self, options: [.autoGenerateHeadEndpoints])
            router.add(middleware: ClosingAfterRefusal())
            router.add(middleware: SafetyHeaders(room: room))
            router.add(middleware: AllowedHosts(room.settings))
            router.add(middleware: SameOriginCheck(isSecure: room.settings.baseURL.isSecure))
            addAssets(to: router)
            let known = router.group().add(middleware: SessionLookup(room: room))
            addSignIn(to: known)
            let signedIn = SignedIn(room: room, group: known.group().add(middleware: SignedInOnly()))
            addAccount(to: signedIn)
            addContacts(to: signedIn)
            addHeld(to: signedIn)
            if let desk = room.passes { addPasses(desk, to: signedIn) }
            if let desk = room.keys { addKeys(desk, to: signedIn) }
            if let desk = room.addresses { addMailboxes(desk, to: signedIn) }
            if let desk = room.sending { addSending(desk, to: signedIn) }
            addOthers(to: signedIn)
            return router
        }

        private func addAssets(to router: Router<PageContext>) {
            for asset in room.assets.all {
                router.get(RouterPath(asset.path)) { _, _ in asset.response }
            }
        }

        private func addSignIn(to group: RouterGroup<PageContext>) {
            let page = SignInPage(room: room)
            group.get("sign-in") { try page.show($0, $1) }
            group.post("sign-in") { try await page.signIn($0, $1) }
            group.get("link/{token}") { try page.showLink($0, $1) }
            group.post("link/{token}") { try await page.useLink($0, $1) }
        }

        private func addAccount(to routes: SignedIn) {
            let signIn = SignInPage(room: room)
            let owners = OwnersPage(room: room)
            routes.post("sign-out") { fields, visit, _ in signIn.signOut(fields, visit) }
            routes.get("owners") { request, visit, _ in try await owners.show(request, visit) }
            routes.post("owners") { fields, visit, _ in try await owners.choose(fields, visit) }
        }

        private func addContacts(to routes: SignedIn) {
            let new = NewContactsPage(room: room)
            let contacts = ContactsPage(room: room)
            let transfer = ContactTransfer(room: room)
            let decisions = Decisions(room: room)
            let contact = ContactPage(room: room)
            routes.owned.get("") { request, visit, owner, _ in try await new.show(request, visit, owner) }
            routes.owned.get("contacts") { request, visit, owner, _ in try await contacts.show(request, visit, owner) }
            routes.owned.post("contacts") { fields, visit, owner, _ in try await contacts.add(fields, visit, owner) }
            routes.owned.get("export") { _, _, owner, _ in try await transfer.export(owner) }
            routes.owned.get("import") { _, visit, _, _ in try await transfer.show(visit) }
            routes.owned.post("import", limit: room.settings.importLimit) { fields, visit, owner, _ in
                try await transfer.importList(fields, visit, owner)
            }
            routes.owned.post("undo") { fields, visit, owner, _ in try await decisions.undo(fields, visit, owner) }
            routes.owned.get("contacts/{id}") { request, visit, owner, context in
                try await contact.show(request, visit, try await room.contact(of: owner, in: context))
            }
            routes.owned.post("contacts/{id}/decide") { fields, visit, owner, context in
                try await decisions.decide(fields, visit, owner, try await room.contact(of: owner, in: context))
            }
            routes.owned.post("contacts/{id}/forget") { fields, visit, owner, context in
                try await contact.forget(visit, owner, try await room.contact(of: owner, in: context))
            }
        }

        private func addHeld(to routes: SignedIn) {
            let held = HeldMailPage(room: room)
            routes.owned.get("held") { request, visit, owner, _ in try await held.show(request, visit, owner) }
            routes.owned.get("held/{id}/{envelope}") { _, visit, owner, context in
                try await held.showMessage(visit, try await room.contact(of: owner, in: context), context)
            }
            routes.owned.get("held/{id}/{envelope}/html") { _, _, owner, context in
                try await held.showHTML(try await room.contact(of: owner, in: context), context)
            }
        }

        private func addPasses(_ desk: PassDesk, to routes: SignedIn) {
            let page = PassesPage(room: room, desk: desk)
            routes.owned.get("addresses") { request, visit, owner, _ in try await page.show(request, visit, owner) }
            routes.owned.post("addresses") { fields, visit, owner, _ in try await page.make(fields, visit, owner) }
            routes.owned.post("addresses/{word}/revoke") { _, visit, owner, context in
                try await page.revoke(context.parameters.get("word"), visit, owner)
            }
        }

        private func addKeys(_ desk: any KeyDesk, to routes: SignedIn) {
            let page = KeysPage(room: room, desk: desk)
            routes.owned.get("keys") { request, visit, owner, _ in try await page.show(request, visit, owner) }
            routes.owned.post("keys", limit: room.settings.keyLimit) { fields, visit, owner, _ in
                try await page.add(fields, visit, owner)
            }
            routes.owned.post("keys/published") { fields, visit, owner, _ in
                try await page.publish(fields, visit, owner)
            }
            routes.owned.get("keys/{fingerprint}/key.asc") { _, _, owner, context in
                try await page.download(context.parameters.get("fingerprint"), owner)
            }
            routes.owned.post("keys/{fingerprint}/remove") { fields, visit, owner, context in
                try await page.remove(context.parameters.get("fingerprint"), fields, visit, owner)
            }
            routes.owned.post("keys/{fingerprint}/offer") { fields, visit, owner, context in
                try await page.decide(context.parameters.get("fingerprint"), fields, visit, owner)
            }
        }

        private func addMailboxes(_ desk: AddressDesk, to routes: SignedIn) {
            let page = MailboxesPage(room: room, desk: desk)
            let changes = MailboxChanges(room: room, desk: desk)
            routes.get("mailboxes") { request, visit, _ in try await page.show(request, visit) }
            routes.administered.post("mailboxes") { fields, visit, _ in try await changes.change(fields, visit) }
        }

        private func addSending(_ desk: SendingDesk, to routes: SignedIn) {
            let queue = MailQueuePage(room: room, desk: desk)
            let decisions = QueueDecisions(room: room, desk: desk)
            let signatures = SignaturesPage(room: room, desk: desk.peers)
            routes.administered.get("queue") { request, visit, _ in try await queue.show(request, visit) }
            routes.administered.post("queue") { fields, visit, _ in try await decisions.decide(fields, visit) }
            routes.administered.get("queue/message") { request, visit, _ in
                try await queue.showMessage(request, visit)
            }
            let left = LeftMailPage(room: room, desk: desk)
            routes.administered.get("queue/left") { request, visit, _ in try await left.show(request, visit) }
            if let suppression = desk.suppression {
                let suppressed = SuppressedPage(room: room, suppression: suppression)
                routes.administered.get("queue/suppressed") { request, visit, _ in
                    try await suppressed.show(request, visit)
                }
                routes.administered.post("queue/suppressed") { fields, visit, _ in
                    try await suppressed.add(fields, visit)
                }
                routes.administered.post("queue/suppressed/lift") { fields, visit, _ in
                    try await suppressed.lift(fields, visit)
                }
            }
            routes.administered.get("signatures") { request, visit, _ in try await signatures.show(request, visit) }
            routes.administered.post("signatures") { fields, visit, _ in
                try await signatures.decide(fields, visit)
            }
            routes.administered.get("signatures/domain") { request, visit, _ in
                try await signatures.showDomain(request, visit)
            }
        }

        private func addOthers(to routes: SignedIn) {
            let why = WhyPage(room: room)
            let policy = PolicyPage(room: room)
            routes.owned.get("why") { request, visit, owner, _ in try await why.show(request, visit, owner) }
            routes.owned.get("policy") { request, visit, owner, _ in try await policy.show(request, visit, owner) }
            routes.owned.post("policy") { fields, visit, owner, _ in try await policy.change(fields, visit, owner) }
        }
    }

    extension PageRoom {
        /// The contact that the path names, if the owner has it. Anyone else's doesn't exist.
        func contact(of owner: Owner, in context: PageContext) async throws -> Contact {
            guard let id = context.parameters.get("id").flatMap({ ContactID($0) }),
                let contact = try await desk.contact(id, of: owner)
            else { throw HTTPError(.notFound) }
            return contact
        }
    }
#endif
