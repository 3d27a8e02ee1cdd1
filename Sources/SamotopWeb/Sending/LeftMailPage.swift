#if Web
    import Hummingbird
    import SamotopQueue

    /// Mail that left the queue lately: to whom, when, and whether it was encrypted.
    struct LeftMailPage {
        static let pageSize = 50

        let room: PageRoom
        let desk: SendingDesk

        func show(_ request: Request, _ visit: Visit) async throws -> Response {
            let query = FormFields((request.uri.query ?? "").utf8)
            let sought = query.line("address", limit: 320).lowercased()
            let page = desk.recent.latest(before: Int(query["cursor"]), limit: Self.pageSize) { entry in
                sought.isEmpty || entry.sender.lowercased().contains(sought)
                    || entry.recipient.lowercased().contains(sought)
            }
            let words = PeerWords(words: room.words, now: room.clock.now())
            let path = "/queue/left" + (sought.isEmpty ? "" : "?address=\(sought.queryEncoded)")
            let isFirst = !query.has("cursor")
            let view: View = [
                "rows": page.entries.map { row($0, words) }, "hasRows": !page.entries.isEmpty,
                "isEmpty": page.entries.isEmpty && sought.isEmpty && isFirst,
                "foundNothing": page.entries.isEmpty && !(sought.isEmpty && isFirst),
                "sought": sought, "isFiltered": !sought.isEmpty,
                "about": room.words("left-about", ["count": Words.grouped(RecentOutcomes.maximum)]),
                "firstPage": isFirst ? nil : path,
                "nextPage": page.next.map { path + (sought.isEmpty ? "?" : "&") + "cursor=\($0)" },
                "isPaged": !isFirst || page.next != nil,
            ]
            return try await room.page(
                "queue-left", titled: room.words("left-heading"), at: .queue, for: visit, view)
        }

        private func row(_ entry: OutcomeEntry, _ words: PeerWords) -> View {
            let mail = QueuedMail(room: room, peers: desk.peers)
            return [
                "recipient": VisibleText.of(entry.recipient, limit: 320),
                "sender": entry.sender.isEmpty ? nil : VisibleText.of(entry.sender, limit: 320),
                "id": VisibleText.of(entry.message, limit: 128), "time": words.moment(entry.time),
                "state": room.words("left-\(entry.event.rawValue)"), "tone": Self.tone(entry.event),
                "failure": entry.failure.map { mail.view(of: $0) }, "security": security(entry),
            ]
        }

        /// Is it encrypted? Said of what was delivered.
        private func security(_ entry: OutcomeEntry) -> View? {
            guard entry.event == .delivered else { return nil }
            if entry.isLocal { return ["label": room.words("left-local"), "tone": "good"] }
            guard let tls = entry.tls else { return ["label": room.words("left-clear"), "tone": "bad"] }
            return [
                "label": room.words("left-tls-\(tls.verifiedBy.rawValue)", ["version": VisibleText.of(tls.version)]),
                "tone": tls.verifiedBy == .none ? "wait" : "good",
            ]
        }

        private static func tone(_ event: QueueOutcome.Kind) -> String {
            switch event {
            case .delivered: "good"
            case .failed, .expired: "bad"
            case .suppressed, .delayed, .held: "wait"
            }
        }
    }
#endif
