#if Web
    import Hummingbird
    import SamotopContacts
    import SamotopQueue

    /// What the buttons of the queue do: about a message, one of its recipients, or all that fit conditions.
    struct QueueDecisions {
        enum Choice: String {
            case retry, hold, release, fail, drop, readdress

            /// Nothing takes it back: a page asks first, and names how many are meant.
            var isFinal: Bool { self == .fail || self == .drop }
        }

        /// Messages that are counted for a question at most.
        static let maximumCounted = 100_000

        let room: PageRoom
        let desk: SendingDesk

        private var page: MailQueuePage { MailQueuePage(room: room, desk: desk) }

        func decide(_ fields: FormFields, _ visit: Visit) async throws -> Response {
            let id = fields.has("id") ? fields["id"] : nil
            guard let choice = Choice(rawValue: fields["do"]), choice != .readdress || id != nil else {
                throw HTTPError(.badRequest)
            }
            var conditions = QueueConditions(fields)
            do {
                let command = try command(choice, fields)
                if choice.isFinal {
                    // Who is asked about what waits now isn't made to decide about what comes meanwhile.
                    if id == nil, conditions.before == nil { conditions.before = room.clock.now().seconds }
                    let count = try await count(id, fields, conditions)
                    guard count.recipients > 0 else {
                        return await done(choice, CommandResult(), id, conditions, fields, visit)
                    }
                    guard let confirmed = Int(fields["confirmed"]), count.recipients <= confirmed else {
                        return try await ask(choice, count, id, conditions, fields, visit)
                    }
                }
                let result = try await desk.queue.perform(command, on: try selection(id, fields, conditions))
                try await record(choice, result, id, conditions, visit)
                return await done(choice, result, id, conditions, fields, visit)
            } catch let problem as QueueConditions.Problem {
                let words = room.words(problem.word)
                guard let id else { return try await page.page(fields, visit) }
                return try await page.message(
                    id, visit, problem: words, typed: fields.line("address", limit: 320))
            }
        }

        private func command(_ choice: Choice, _ fields: FormFields) throws(QueueConditions.Problem) -> QueueCommand {
            let typed = fields.line("words", limit: 200)
            switch choice {
            case .retry: return .retry
            case .hold: return .hold(words: typed.isEmpty ? room.words("queue-hold-reason") : typed)
            case .release: return .release
            case .fail: return .fail(words: typed.isEmpty ? room.words("queue-fail-reason") : typed)
            case .drop: return .drop
            case .readdress:
                return .readdress(NewRecipient(try QueueConditions.mailbox(fields.line("address", limit: 320))))
            }
        }

        private func selection(_ id: String?, _ fields: FormFields, _ conditions: QueueConditions)
            throws(QueueConditions.Problem) -> QueueSelection
        {
            guard let id else { return .matching(try conditions.query()) }
            return .message(id, recipient: Int(fields["number"]))
        }

        private func count(_ id: String?, _ fields: FormFields, _ conditions: QueueConditions) async throws -> (
            messages: Int, recipients: Int
        ) {
            if let id {
                guard let entry = await desk.queue.message(id) else { throw HTTPError(.notFound) }
                let number = Int(fields["number"])
                let meant = entry.recipients.filter { !$0.state.isDone && (number == nil || $0.number == number) }
                return (1, meant.count)
            }
            let query = try conditions.query()
            var (messages, recipients, cursor) = (0, 0, Int?.none)
            repeat {
                let page = await desk.queue.list(query, after: cursor, limit: 1_000)
                for entry in page.entries {
                    messages += 1
                    // One that was readdressed is found by the address that it had: it is one at least.
                    recipients += max(1, entry.recipients.count { conditions.fits($0) })
                }
                cursor = page.next
            } while cursor != nil && messages < Self.maximumCounted
            return (messages, recipients)
        }

        private func ask(
            _ choice: Choice, _ count: (messages: Int, recipients: Int), _ id: String?, _ conditions: QueueConditions,
            _ fields: FormFields, _ visit: Visit
        ) async throws -> Response {
            let words = room.words
            let hidden =
                conditions.fields
                + [
                    (name: "id", value: id ?? ""), (name: "number", value: fields["number"]),
                    (name: "do", value: choice.rawValue), (name: "confirmed", value: String(count.recipients)),
                    (name: "back", value: fields["back"]),
                ].filter { !$0.value.isEmpty }
            let about = conditions.withoutMoment.fields.map { field -> View in
                ["label": words("queue-\(field.name)"), "value": VisibleText.of(field.value, limit: 320)]
            }
            let view: View = [
                "action": "/queue", "heading": words("queue-confirm-\(choice.rawValue)"),
                "text": words(
                    "queue-confirm-count",
                    [
                        "recipients": words.count("queue-recipients", count.recipients),
                        "messages": words.count("queue-messages", count.messages),
                    ]),
                "about": words("queue-confirm-\(choice.rawValue)-about"),
                "isChanged": fields.has("confirmed"),
                "conditions": id == nil ? about : [], "hasConditions": id == nil && !about.isEmpty,
                "isEverything": id == nil && about.isEmpty,
                "hidden": hidden.map { ["name": $0.name, "value": $0.value] as View },
                "takesWords": choice == .fail, "typed": fields.line("words", limit: 200),
                "button": words("queue-confirm-\(choice.rawValue)-button", ["count": Words.grouped(count.recipients)]),
                "cancel": id.map { QueuedMail.path($0) } ?? conditions.withoutMoment.path,
            ]
            return try await room.page("confirm", titled: words("queue-confirm-title"), at: .queue, for: visit, view)
        }

        private func done(
            _ choice: Choice, _ result: CommandResult, _ id: String?, _ conditions: QueueConditions,
            _ fields: FormFields, _ visit: Visit
        ) async -> Response {
            let words = room.words
            var parts: [String] = []
            if result.changed > 0 { parts.append(words.count("queue-recipients", result.changed)) }
            if result.delivering > 0 { parts.append(words.count("queue-after-delivery", result.delivering)) }
            let notice = Notice(
                owner: visit.owner, word: parts.isEmpty ? "notice-queue-nothing" : "notice-queue-\(choice.rawValue)",
                subject: parts.joined(separator: ", "))
            if let id, fields["back"] == "message", await desk.queue.message(id) != nil {
                return room.redirect(to: "/queue/message", saying: notice, visit, ["id": id])
            }
            return room.redirect(
                to: "/queue", saying: notice, visit, pairs: conditions.withoutMoment.fields.map { ($0.name, $0.value) })
        }

        /// Each act of an administrator is recorded with their name.
        private func record(
            _ choice: Choice, _ result: CommandResult, _ id: String?, _ conditions: QueueConditions, _ visit: Visit
        ) async throws {
            let about = conditions.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            let cause = "\(result.changed) changed" + (id != nil || about.isEmpty ? "" : ": \(about)")
            try await room.audit.append([
                AuditEntry(
                    time: room.clock.now(), envelope: id ?? "", owner: nil, sender: "", stage: "decision",
                    judge: "page: \(visit.account.name)", verdict: "queue \(choice.rawValue)", cause: cause)
            ])
        }
    }

    extension QueueConditions {
        var withoutMoment: QueueConditions {
            var others = self
            others.before = nil
            return others
        }

        /// Whether a recipient of a message that was listed is meant.
        func fits(_ each: QueueEntry.Recipient) -> Bool {
            guard !each.state.isDone, state == nil || each.state == state else { return false }
            guard destination.isEmpty || each.destination == destination.lowercased() else { return false }
            return recipient.isEmpty || each.address.lowercased() == recipient.lowercased()
        }
    }
#endif
