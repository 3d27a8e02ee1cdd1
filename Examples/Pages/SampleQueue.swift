#if Web
    import NameResolution
    import SMTP
    import SamotopCore
    import SamotopQueue
    import SamotopRelay
    import SamotopWeb
    import TransportSecurity

    /// Mia's mail on its way out: a queue in memory, with servers that are made up.
    struct SampleQueue {
        let service: QueueService
        let desk: SendingDesk

        /// - Parameter strangers: what stands in every field that is a stranger's.
        init(now: Timestamp, strangers: [String]) async throws {
            let peers = MemoryPeerStore()
            let servers = try await SampleServers(now: now.seconds, peers: peers)
            let few = Array(strangers.prefix(500))
            try await servers.addStrangers(few)
            let transport = SampleTransport(servers: servers.servers, peers: peers)
            service = QueueService(store: MemoryQueueStore(), transport: transport, notices: SampleNotices())
            desk = SendingDesk(queue: service, peers: PeerDesk(peers: peers, queue: service))
            _ = try await service.add(Self.messages(now) + Self.messages(of: few, now))
        }

        /// Runs until the first attempts are over.
        func settle() async {
            for _ in 0..<500 {
                let totals = await service.totals()
                if totals.messages > 0, totals.ready + totals.delivering == 0 { return }
                try? await Task.sleep(for: .milliseconds(10))
            }
        }

        private static func messages(_ now: Timestamp) -> [NewMessage] {
            let letters: [(id: String, minutes: Int64, to: [String])] = [
                ("01K5Z1HAVEN", 3, ["kontor@hafenpost.example"]),
                ("01K5Z2HOUSE", 170, ["hanna.lindqvist@lindqvist-arkitekter.example"]),
                ("01K5Z3HOUSE", 44, ["hanna.lindqvist@lindqvist-arkitekter.example", "mum@hafenpost.example"]),
                ("01K5Z4SCHOOL", 95, ["j.okafor@stpauls-school.example", "office@stpauls-school.example"]),
                ("01K5Z5SCHOOL", 12, ["j.okafor@stpauls-school.example"]),
                ("01K5Z6BOOKS", 31, ["desk@city-library.example"]),
                ("01K5Z7LAWYER", 130, ["sekretariat@kanzlei-moll.example"]),
                ("01K5Z8MUSIC", 80, ["festival@sommerklang.example"]),
            ]
            return letters.compactMap { letter in
                message(
                    letter.id, from: "mia@mia.example", submitter: "mia", minutes: letter.minutes, now,
                    to: letter.to.compactMap { Mailbox($0).map { NewRecipient($0) } })
            }
        }

        /// Senders, recipients, destinations and submitters that are called what strangers write.
        private static func messages(of texts: [String], _ now: Timestamp) -> [NewMessage] {
            texts.enumerated().compactMap { index, text in
                let local = LocalPart(Array(text.utf8)) ?? LocalPart(Array("person".utf8))
                guard let local, let domain = Domain("place\(index).example") else { return nil }
                let person = Mailbox(localPart: local, domain: domain)
                return message(
                    "HOSTILE\(index) \(text.prefix(60))", from: String(decoding: person.bytes, as: UTF8.self),
                    submitter: String(text.prefix(100)), minutes: 5, now,
                    to: [NewRecipient(person, destination: QueueDestination(name: "\(index)\(text.prefix(40))"))])
            }
        }

        private static func message(
            _ id: String, from: String, submitter: String, minutes: Int64, _ now: Timestamp, to: [NewRecipient]
        ) -> NewMessage? {
            guard !to.isEmpty, id.utf8.count <= 128, let sender = Mailbox(from) else { return nil }
            let content = MemoryContent(Array("Subject: hello\r\n\r\nhello\r\n".utf8))
            let message = QueuedMessage(
                id: id, reversePath: .mailbox(sender), submitter: Submitter(.authenticated, name: submitter),
                arrived: Timestamp(seconds: now.seconds - minutes * 60), size: 24_000)
            return NewMessage(message, to: to, content: content)
        }
    }

    /// Decides as the relay does what may leave, by what a made-up server presents; what it then says is made up, too.
    struct SampleTransport: OutboundTransport {
        let servers: [String: SampleServers.Server]
        let peers: MemoryPeerStore

        func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
            let outcome = await outcome(job)
            return DeliveryReport(outcomes: job.recipients.map { _ in outcome })
        }

        private func outcome(_ job: DeliveryJob) async -> RecipientOutcome {
            let name = job.destination.text
            guard let server = servers[name] else { return stranger(job) }
            let remote = RemoteHost(name: server.host.text, address: "192.0.2.25")
            if case .silence = server.reply {
                return .postponed(
                    AttemptFailure(
                        stage: .connect, status: EnhancedStatusCode(4, 4, 1), remote: remote,
                        words: "the server doesn't answer", isHostWide: true))
            }
            guard let verdict = try? await server.verdict(peers, at: SystemClock().now().seconds) else {
                return .held(HoldReason(.policy, words: "the record can't be read"))
            }
            switch (verdict.outcome, server.reply) {
            case (.hold, _): return .held(HoldReason(.signature, words: verdict.explanation))
            case (.postpone, _):
                return .postponed(
                    AttemptFailure(
                        stage: .tls, status: EnhancedStatusCode(4, 7, 10), remote: remote, words: verdict.explanation,
                        isHostWide: true))
            case (.proceed, .says(let code, let text)):
                return .postponed(
                    AttemptFailure(
                        stage: .rcpt, reply: RemoteReply(code: code, lines: [Array(text.utf8)]),
                        status: EnhancedStatusCode(4, 7, 1), remote: remote, words: "it refused for now",
                        isHostWide: false))
            case (.proceed, _): return .delivered(RemoteReply(code: 250))
            }
        }

        /// Who isn't known: Mia's own mail arrives, one waits by her word, and the others say what they like.
        private func stranger(_ job: DeliveryJob) -> RecipientOutcome {
            let text = job.message.submitter.name
            if job.destination.text == "mia.example" { return .delivered(RemoteReply(code: 250)) }
            if job.destination.text == "sommerklang.example" {
                return .held(HoldReason(.operator, words: "waits for the printed programme"))
            }
            if job.message.id.utf8.count.isMultiple(of: 2) { return .held(HoldReason(.signature, words: text)) }
            return .postponed(
                AttemptFailure(
                    stage: .data, reply: RemoteReply(code: 451, lines: [Array(text.utf8), Array(text.utf8)]),
                    status: EnhancedStatusCode(4, 0, 0), remote: RemoteHost(name: text, address: text), words: text,
                    isHostWide: true))
        }
    }

    /// Notifications without words.
    struct SampleNotices: NoticeWriter {
        func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
            WrittenNotice(content: MemoryContent(Array("Subject: returned\r\n\r\n".utf8)))
        }
    }
#endif
