#if Web
    import SMTP
    import SamotopContacts
    import SamotopCore

    /// People who write to someone called Mia.
    struct SampleBook {
        let owner: Owner
        let now: Timestamp
        /// What further people write, in each field that is theirs.
        var strangers: [String] = []
        let neighbours = [Owner("jonas"), Owner("studio"), Owner("amira"), Owner("leo")]

        private func ago(_ minutes: Int) -> Timestamp { Timestamp(seconds: now.seconds - Int64(minutes) * 60) }

        var contacts: [Contact] { waiting + decided + theirs + further }

        private var waiting: [Contact] {
            [
                stranger(
                    "hanna.lindqvist@lindqvist-arkitekter.example", "Hanna Lindqvist",
                    "Your house by the lake: first drawings",
                    proofs: [.spf, .dkim, .dmarc], attempts: 3, first: 190, last: 9,
                    client: "mx2.lindqvist-arkitekter.example"),
                stranger(
                    "billing@northwnd-energy.example", "Northwind Energy", "Your invoice is overdue",
                    proofs: [.spf, .dkim],
                    attempts: 11, first: 2900, last: 12, client: "out-7.mailer-cloud.example"),
                stranger(
                    "a.moreau@free-post.example", "Antoine Moreau", "Re: the second-hand cello", proofs: [],
                    network: "192.0.2.0/24", attempts: 6, first: 5100, last: 240, client: nil),
                stranger(
                    "newsletter@blume-und-blatt.example", "Blume & Blatt", "Tulips are in — this week at the market",
                    to: "shop-flowers@mia.example", proofs: [.dkim, .dmarc], attempts: 2, first: 95, last: 40,
                    client: "mta1.letters.example"),
                stranger(
                    "j.okafor@stpauls-school.example", "Joy Okafor", "Parents’ evening on Thursday",
                    proofs: [.spf, .dkim, .dmarc], attempts: 5, first: 1500, last: 20,
                    client: "mail.stpauls-school.example"),
                stranger(
                    "support@xn--pypal-4ve.example", "PayPal Support\u{202E}moc.", "Unusual sign-in to your account",
                    proofs: [.spf], attempts: 19, first: 4300, last: 64, client: "vps-118.hosting.example"),
            ]
        }

        private var decided: [Contact] {
            [
                known("billing@northwind-energy.example", .welcome, "Northwind Energy", delivered: 24, minutes: 9000),
                known(
                    "paul.hansen@hansen.example", .welcome, "Paul Hansen", note: "from the choir", delivered: 61,
                    minutes: 180),
                known(
                    "lindqvist-arkitekter.example", .blocked, "", note: "", delivered: 0, minutes: 500_000,
                    kind: .domain, of: "leo"),
                known(
                    "ines@altstimmen.example", .welcome, "Ines Altmann", note: "pass choir", delivered: 2,
                    minutes: 2880,
                    maker: "policy"),
                known("mum@family.example", .welcome, "Mum", delivered: 412, minutes: 1300),
                known(
                    "city-library.example", .welcome, "", note: "all branches", delivered: 9, minutes: 20_000,
                    kind: .domain),
                known("deals@mega-offers.example", .blocked, "Mega Offers", delivered: 0, minutes: 30_100),
                held(
                    "festival@sommerklang.example", "Sommerklang Festival", "The programme for July",
                    envelopes: ["7KQ2M8", "7KQ4ZD"], minutes: 700),
                held(
                    "recruiting@talent-hub.example", "Talent Hub", "A role you may like", envelopes: ["7KP9TT"],
                    minutes: 2100),
            ]
        }

        private var further: [Contact] {
            strangers.enumerated().map { index, text in
                var contact = stranger(
                    "person\(index)@place\(index % 500).example", text, text, proofs: index % 3 == 0 ? [] : [.dkim],
                    network: text, attempts: 2, first: 500 + index % 4000, last: 100 + index % 400, client: text)
                contact.request?.evidence = [text]
                contact.request?.reversePath = text
                if index.isMultiple(of: 50), index < 500 {
                    contact.state = .held
                    contact.request?.held = ["TEXT\(index)"]
                }
                return contact
            }
        }

        /// What others at this server decided.
        private var theirs: [Contact] {
            ["jonas", "studio", "amira"].map {
                known("lindqvist-arkitekter.example", .welcome, "", delivered: 3, minutes: 9000, kind: .domain, of: $0)
            } + [known("vps-hosting.example", .blocked, "", delivered: 0, minutes: 9000, kind: .domain, of: "leo")]
        }

        var held: SampleHeldMail {
            var messages = ["7KQ2M8": Self.festival, "7KQ4ZD": Self.reminder, "7KP9TT": Self.recruiting]
            for index in stride(from: 0, to: min(500, strangers.count), by: 50) {
                messages["TEXT\(index)"] = Self.page(of: strangers[index...].prefix(50).joined(separator: "\n"))
            }
            return SampleHeldMail(messages: messages.mapValues { Array($0.utf8) })
        }

        var policies: [(String, ScreeningPolicy)] {
            [
                ("shop-*@mia.example", ScreeningPolicy(strangers: .firstDomain)),
                ("hello@mia.example", ScreeningPolicy(strangers: .hold, patience: 14, unanswered: .hold)),
            ]
        }

        var passes: [Pass] {
            [
                pass("h7kq2m9zxd", .once, "the plumber", created: 60, expires: 60 * 24 * 14),
                pass("choir", .phrase, "on the choir’s programme", created: 60 * 24 * 30, uses: 1, lastUsed: 2880),
                pass("3fzt8w1pcn", .once, "cello workshop", created: 60 * 24 * 5, uses: 1, lastUsed: 60 * 24 * 4),
                pass("summer", .phrase, "garden party", created: 60 * 24 * 200, expires: -60 * 24 * 60),
            ].compactMap(\.self)
        }

        private func pass(
            _ word: String, _ kind: Pass.Kind, _ note: String, created: Int, expires: Int? = nil, uses: Int = 0,
            lastUsed: Int? = nil
        ) -> Pass? {
            guard let word = Pass.Word(word) else { return nil }
            return Pass(
                owner: owner, word: word, kind: kind, note: note, created: ago(created),
                expires: expires.map { ago(-$0) }, uses: uses, lastUsed: lastUsed.map { ago($0) })
        }

        var history: [AuditEntry] {
            let address = "hanna.lindqvist@lindqvist-arkitekter.example"
            return [
                entry(
                    190, address, "connection", "reverse lookup", "pass", "mx2.lindqvist-arkitekter.example, confirmed"),
                entry(190, address, "sender", "spf", "pass", "192.0.2.44 may send for lindqvist-arkitekter.example"),
                entry(190, address, "message", "dmarc", "pass", "aligned by DKIM, policy reject"),
                entry(190, address, "message", "contacts", "postpone", "a stranger: mia was asked"),
                entry(71, address, "message", "contacts", "postpone", "still waits for mia’s word"),
                entry(9, address, "message", "contacts", "postpone", "still waits for mia’s word"),
            ]
        }

        private func entry(
            _ minutes: Int, _ sender: String, _ stage: String, _ judge: String, _ verdict: String, _ cause: String
        )
            -> AuditEntry
        {
            AuditEntry(
                time: ago(minutes), envelope: stage == "connection" ? "" : "7KR\(minutes)A", owner: owner,
                sender: sender,
                stage: stage, judge: judge, verdict: verdict, cause: cause)
        }

        /// The samples are written as they should be; what isn't is nobody.
        private func correspondent(_ text: String, _ kind: Correspondent.Kind) -> Correspondent {
            let parsed: Correspondent? =
                kind == .domain ? DomainName(text).map { .domain($0) } : Mailbox(text).map { .address($0) }
            guard let parsed else { preconditionFailure("\(text) is no \(kind)") }
            return parsed
        }

        private func stranger(
            _ address: String, _ name: String, _ subject: String, to recipient: String = "mia@mia.example",
            proofs: Set<Identity.Proof>, network: String = "198.51.100.0/24", attempts: Int, first: Int, last: Int,
            client: String?
        ) -> Contact {
            let domain = address.split(separator: "@").last.map(String.init) ?? ""
            let evidence =
                (proofs.contains(.spf) ? ["spf=pass smtp.mailfrom=\(address)"] : ["spf=none smtp.mailfrom=\(address)"])
                + (proofs.contains(.dkim) ? ["dkim=pass header.d=\(domain)"] : [])
                + [proofs.contains(.dmarc) ? "dmarc=pass header.from=\(domain)" : "dmarc=none header.from=\(domain)"]
            return Contact(
                id: .random(), owner: owner, correspondent: correspondent(address, .address), state: .waiting,
                identity: proofs.isEmpty ? Identity(.network(network)) : Identity(.domain(domain), proofs: proofs),
                request: ContactRequest(
                    recipient: recipient, reversePath: address, displayName: name, subject: subject, network: network,
                    clientName: client, hello: client ?? "[192.0.2.7]", evidence: evidence, time: ago(last)),
                firstSeen: ago(first), lastSeen: ago(last), attempts: attempts)
        }

        private func known(
            _ text: String, _ state: Contact.State, _ name: String, note: String = "", delivered: Int, minutes: Int,
            kind: Correspondent.Kind = .address, of other: String? = nil, maker: String = "page"
        ) -> Contact {
            let who = correspondent(text, kind)
            let domain = text.split(separator: "@").last.map(String.init) ?? ""
            let identity = Identity(.domain(domain), proofs: [.dkim, .spf])
            let request =
                name.isEmpty
                ? nil
                : ContactRequest(
                    recipient: "mia@mia.example", reversePath: text, displayName: name, network: "198.51.100.0/24",
                    time: ago(minutes))
            return Contact(
                id: .random(), owner: other.map { Owner($0) } ?? owner, correspondent: who, state: state,
                identity: identity,
                request: request, firstSeen: ago(minutes + 40_000), lastSeen: ago(minutes), delivered: delivered,
                decision: ContactDecision(
                    previous: .waiting, state: state, maker: maker, time: ago(minutes), note: note))
        }

        private func held(_ address: String, _ name: String, _ subject: String, envelopes: [String], minutes: Int)
            -> Contact
        {
            var contact = stranger(
                address, name, subject, to: "hello@mia.example", proofs: [.dkim, .dmarc], attempts: 0,
                first: minutes + 600,
                last: minutes, client: "mx.\(address.split(separator: "@").last ?? "")")
            contact.state = .held
            contact.request?.held = envelopes
            return contact
        }
    }
#endif
