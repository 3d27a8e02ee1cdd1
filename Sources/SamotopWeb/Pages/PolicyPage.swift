#if Web
    import Hummingbird
    import SamotopContacts

    /// What becomes of strangers' mail, for all addresses and for single ones.
    struct PolicyPage {
        private static let maximum = 200

        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let notice = FormFields((request.uri.query ?? "").utf8)["notice"]
            return try await page(visit, owner, notice: notice, problem: nil)
        }

        func change(_ fields: FormFields, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let address = fields.line("address", limit: 254).lowercased()
            let isForAll = fields.has("all")
            guard isForAll != Self.isPattern(address) else {
                return try await page(
                    visit, owner, notice: "", problem: room.words("policy-no-address"), typed: address)
            }
            let known = try await room.policies.policies(of: owner)
            guard known.count < Self.maximum || known.contains(where: { $0.address == address }) else {
                return try await page(visit, owner, notice: "", problem: room.words("policy-too-many"))
            }
            let policy = fields["do"] == "remove" ? nil : Self.policy(fields)
            try await room.policies.set(policy, for: address, of: owner)
            try await room.record(
                policy.map { "strangers \($0.strangers.rawValue)" } ?? "no policy", address, visit, owner)
            let word = policy == nil ? "notice-policy-removed" : "notice-policy"
            let notice = Notice(owner: owner, word: word, subject: isForAll ? room.words("policy-all") : address)
            return room.redirect(to: "/policy", saying: notice, visit)
        }

        /// One @, something on both sides, printable ASCII or letters; a `*` stands for any characters.
        static func isPattern(_ text: String) -> Bool {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !VisibleText.hides(text)
                && !text.contains(" ")
        }

        private static func policy(_ fields: FormFields) -> ScreeningPolicy {
            ScreeningPolicy(
                strangers: ScreeningPolicy.Treatment(rawValue: fields["strangers"]) ?? .ask,
                patience: Int(fields["patience"]) ?? 5,
                unanswered: ScreeningPolicy.Treatment(rawValue: fields["unanswered"]).flatMap {
                    unansweredChoices.contains($0) ? $0 : nil
                } ?? .refuse, takesSubject: fields.has("takes-subject"), sharesDecisions: fields.has("shares"))
        }

        private static let unansweredChoices: [ScreeningPolicy.Treatment] = [.refuse, .hold, .welcome]

        private func page(_ visit: Visit, _ owner: Owner, notice: String, problem: String?, typed: String = "")
            async throws
            -> Response
        {
            let chosen = try await room.policies.policies(of: owner)
            let own = chosen.filter { !$0.address.isEmpty }.sorted { $0.address < $1.address }
            let forAll = chosen.first { $0.address.isEmpty }?.policy
            var all = form(forAll ?? room.settings.defaultPolicy, id: "all")
            all["isForAll"] = true
            all["isChosen"] = forAll != nil
            var new = form(forAll ?? room.settings.defaultPolicy, id: "new")
            new["isNew"] = true
            new["typed"] = typed
            var forms: [View] = []
            for (index, choice) in own.enumerated() {
                var view = form(choice.policy, id: "address-\(index)")
                view["address"] = choice.address
                view["shown"] = VisibleText.of(choice.address, limit: 254)
                view["isChosen"] = true
                view["summary"] = room.words("treatment-\(choice.policy.strangers.rawValue)")
                forms.append(view)
            }
            let view: View = [
                "all": all, "new": new, "forms": forms, "hasForms": !forms.isEmpty, "problem": problem,
            ]
            return try await room.page(
                "policy", titled: room.words("nav-policy"), at: .policy, for: visit, view, notice: notice)
        }

        private func form(_ policy: ScreeningPolicy, id: String) -> View {
            [
                "form": id,
                "treatments": ScreeningPolicy.Treatment.allCases.map { option($0, policy.strangers, "treatment", id) },
                "unanswered": Self.unansweredChoices.map { option($0, policy.unanswered, "unanswered", id) },
                "patience": String(policy.patience), "takesSubject": policy.takesSubject,
                "shares": policy.sharesDecisions,
            ]
        }

        private func option(
            _ treatment: ScreeningPolicy.Treatment, _ current: ScreeningPolicy.Treatment, _ kind: String, _ id: String
        ) -> View {
            [
                "value": treatment.rawValue, "label": room.words("\(kind)-\(treatment.rawValue)"),
                "about": kind == "treatment" ? room.words("treatment-\(treatment.rawValue)-about") : nil,
                "isCurrent": treatment == current, "id": "\(id)-\(treatment.rawValue)",
            ]
        }
    }
#endif
