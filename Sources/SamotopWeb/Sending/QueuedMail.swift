#if Web
    import NameResolution
    import SamotopCore
    import SamotopQueue
    import SamotopRelay
    import TransportSecurity

    /// Makes what a page shows of queued messages.
    final class QueuedMail {
        /// Recipients of a message on the list, and on a page of its own.
        static let recipientsOnList = 5
        static let recipientsOnPage = 100

        private let room: PageRoom
        private let peers: PeerDesk
        private let words: Words
        private let peerWords: PeerWords
        /// Each destination is looked up once for a page.
        private var standings: [String: View] = [:]

        init(room: PageRoom, peers: PeerDesk) {
            self.room = room
            self.peers = peers
            words = room.words
            peerWords = PeerWords(words: room.words, now: room.clock.now())
        }

        /// - Parameter recipients: the numbers of those that are shown.
        func view(of entry: QueueEntry, recipients: Range<Int>) async throws -> View {
            let shown = entry.recipients.dropFirst(recipients.lowerBound).prefix(recipients.count)
            var rows: [View] = []
            for recipient in shown { rows.append(try await row(recipient, of: entry)) }
            let left = entry.recipients.count - recipients.lowerBound - shown.count
            let open = entry.recipients.filter { !$0.state.isDone }
            return [
                "id": VisibleText.of(entry.id, limit: 128), "value": entry.id,
                "path": Self.path(entry.id),
                "sender": entry.sender.isEmpty ? nil : VisibleText.of(entry.sender, limit: 320),
                "submitter": entry.submitter.isEmpty ? nil : VisibleText.of(entry.submitter, limit: 100),
                "arrived": peerWords.moment(entry.arrived), "size": size(entry.size),
                "recipients": rows, "more": left > 0 ? words.count("queue-more", left) : nil,
                "mayRelease": open.contains { $0.state == .held },
                "mayHold": open.contains { $0.state != .held },
                "mayAct": !open.isEmpty,
            ]
        }

        static func path(_ id: String) -> String { "/queue/message?id=\(id.queryEncoded)" }

        func view(of failure: FailureEntry) -> View {
            let place = [failure.host, failure.address].compactMap(\.self).joined(separator: " ")
            return [
                "text": words(
                    place.isEmpty ? "queue-failure" : "queue-failure-at",
                    [
                        "stage": words("attempt-\(failure.stage)"), "place": VisibleText.of(place, limit: 320),
                        "words": VisibleText.of(failure.words), "status": VisibleText.of(failure.status),
                    ]),
                "reply": failure.reply.prefix(20).map { VisibleText.of($0, limit: 520) },
                "hasReply": !failure.reply.isEmpty,
            ]
        }

        private func row(_ recipient: QueueEntry.Recipient, of entry: QueueEntry) async throws -> View {
            let isOpen = !recipient.state.isDone
            let isElsewhere = !recipient.address.lowercased().hasSuffix("@" + recipient.destination)
            return [
                "number": String(recipient.number), "value": entry.id,
                "address": VisibleText.of(recipient.address, limit: 320),
                "destination": isElsewhere ? VisibleText.of(recipient.destination, limit: 255) : nil,
                "state": words("queue-state-\(recipient.state.rawValue)"), "tone": recipient.state.tone,
                "attempts": recipient.attempts > 0 ? words.count("queue-attempts", recipient.attempts) : nil,
                "next": recipient.state == .waiting ? recipient.nextAttempt.map { peerWords.moment($0) } : nil,
                "expires": isOpen ? recipient.expires.map { peerWords.moment($0) } : nil,
                "hold": recipient.hold.map { $0.isEmpty ? words("queue-held-silently") : VisibleText.of($0) },
                "failure": recipient.failure.map { view(of: $0) },
                "security": isOpen ? try await security(recipient.destination) : nil,
                "isOpen": isOpen, "isHeld": recipient.state == .held,
            ]
        }

        /// Is it encrypted? By what is known of the destination; a route's name is no domain, and nothing is known of it.
        private func security(_ destination: String) async throws -> View {
            if let known = standings[destination] { return known }
            var record: PeerRecord?
            if let name = DNSName(internationalized: Array(destination.utf8)) {
                record = try await peers.record(of: name)
            }
            var view = peerWords.standing(record)
            view["peerPath"] = record.map { "/signatures/domain?name=\($0.domain.text.queryEncoded)" }
            standings[destination] = view
            return view
        }

        private func size(_ octets: Int) -> String {
            octets < 1_000_000
                ? words("size-kilobytes", ["size": String(max(1, octets / 1000))])
                : words("size-megabytes", ["size": String(octets / 1_000_000)])
        }
    }

    extension QueueEntryState {
        /// Nothing more happens to it.
        var isDone: Bool {
            switch self {
            case .waiting, .ready, .delivering, .held: false
            case .delivered, .failed, .expired, .dropped: true
            }
        }

        var tone: String {
            switch self {
            case .waiting, .held: "wait"
            case .ready, .delivering, .dropped: "plain"
            case .delivered: "good"
            case .failed, .expired: "bad"
            }
        }
    }
#endif
