#if Web
    import Hummingbird
    import SamotopContacts

    /// Why a message is here, and why one isn't: what was recorded of it.
    struct WhyPage {
        let room: PageRoom

        func show(_ request: Request, _ visit: Visit, _ owner: Owner) async throws -> Response {
            let text = FormFields((request.uri.query ?? "").utf8).line("q", limit: 320)
            var entries: [AuditEntry] = []
            if !text.isEmpty {
                entries = Self.own(try await room.audit.entries(ofEnvelope: text), owner)
                if entries.isEmpty {
                    entries = try await room.audit.entries(from: text.lowercased(), to: owner, limit: 200)
                        .filter { $0.owner == owner }
                }
            }
            let steps = Steps(words: room.words, now: room.clock.now()).views(of: entries)
            let view: View = [
                "search": text, "steps": steps, "hasSteps": !steps.isEmpty,
                "foundNothing": steps.isEmpty && !text.isEmpty,
                "isEmpty": text.isEmpty, "stepCount": room.words.count("why-count", steps.count),
            ]
            return try await room.page("why", titled: room.words("nav-why"), at: .why, for: visit, view)
        }

        /// A message may have been for several owners: each sees what was for them, and what was for nobody in
        /// particular.
        static func own(_ entries: [AuditEntry], _ owner: Owner) -> [AuditEntry] {
            guard entries.contains(where: { $0.owner == owner }) else { return [] }
            return entries.filter { $0.owner == owner || $0.owner == nil }
        }
    }
#endif
