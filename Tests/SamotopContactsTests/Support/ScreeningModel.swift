/// What contact screening does, said once more and as plainly as can be: books are dictionaries of text, nothing is cached, nothing waits.
struct ScreeningModel {
    enum Bound: Hashable { case domain(String), network(String) }

    struct Entry: Hashable {
        var state: String
        var bound: Bound
        var since: Int64
        var attempts = 0
    }

    struct Policy: Hashable {
        var strangers: String
        var patience: Int64
        var unanswered: String
    }

    struct Mail {
        var envelope: String
        var author: String
        /// SPF passes for the domain of the envelope; a signature holds of the domain of the author.
        var hasSPF: Bool
        var isSigned: Bool
        var isDenied: Bool
        var network: String
        var recipients: [String]
    }

    /// Recipient → owners; recipient → policy.
    let owners: [String: [String]]
    let policies: [String: Policy]
    var books: [String: [String: Entry]] = [:]
    var now: Int64 = 0

    mutating func decide(_ state: String, _ key: String, of owner: String) {
        if let known = books[owner]?[key] {
            if known.state == state { return }
            books[owner]?[key]?.state = state
            books[owner]?[key]?.since = max(known.since, now)
        } else {
            books[owner, default: [:]][key] = Entry(state: state, bound: .domain(Self.domain(key)), since: now)
        }
    }

    mutating func forget(_ key: String, of owner: String) { books[owner]?[key] = nil }

    /// The replies to each RCPT, and to the message when a recipient was taken; and whether it is kept apart.
    mutating func send(_ mail: Mail) -> (replies: [Int], folders: Set<String>) {
        var replies: [Int] = []
        var taken: [String] = []
        for recipient in mail.recipients {
            let reply = answer(to: recipient, taken.first, mail)
            replies.append(reply)
            if reply == 250 { taken.append(recipient) }
        }
        guard !taken.isEmpty else { return (replies, []) }
        let (reply, folders) = end(mail, taken)
        return (replies + [reply], folders)
    }

    // MARK: RCPT

    private mutating func answer(to recipient: String, _ first: String?, _ mail: Mail) -> Int {
        let standings = self.standings(of: recipient) { envelopeStanding(mail, $0) }
        let ruling = Self.together(standings)
        if ruling == "blocked" { return 550 }
        if ruling == "stranger", mail.hasSPF, let reply = early(recipient, mail, standings) { return reply }
        guard let first, party(first) != party(recipient) else { return 250 }
        let other = Self.together(self.standings(of: first) { envelopeStanding(mail, $0) })
        return ruling == "welcome" && other == "welcome" ? 250 : 452
    }

    private mutating func early(_ recipient: String, _ mail: Mail, _ standings: [String: String]) -> Int? {
        let open = standings.filter { $0.value != "blocked" }.keys
        for owner in open {
            guard standings[owner] == "waiting", books[owner]?[mail.envelope] != nil,
                books[owner]?[mail.envelope]?.state == "waiting"
            else { return nil }
            let domain = "@" + Self.domain(mail.envelope)
            if books[owner]?.contains(where: { $0.value.state == "welcome" && $0.key.hasSuffix(domain) }) == true {
                return nil
            }
        }
        let (treatment, isLate) = treatment(recipient, Array(open), standings, mail.envelope)
        if treatment == "ask" {
            for owner in open { file(mail.envelope, mail.hasSPF, mail, owner) }
            return 450
        }
        return treatment == "refuse" && isLate ? 550 : nil
    }

    // MARK: the end of the message

    private mutating func end(_ mail: Mail, _ taken: [String]) -> (Int, Set<String>) {
        var parties: [String] = []
        for recipient in taken where !parties.contains(where: { party($0) == party(recipient) }) {
            parties.append(recipient)
        }
        if parties.count == 1 { return endOne(mail, parties[0]) }
        var others: Set<String> = []
        var blocked = 0
        for recipient in parties {
            let ruling = Self.together(standings(of: recipient) { messageStanding(mail, $0) })
            if ruling == "blocked" { blocked += 1 }
            if ruling != "welcome" { others.formUnion(owners[recipient] ?? []) }
        }
        if blocked == parties.count { return (550, []) }
        for recipient in parties { bindFirstWelcome(mail, recipient) }
        return (250, others)
    }

    private mutating func endOne(_ mail: Mail, _ recipient: String) -> (Int, Set<String>) {
        let standings = standings(of: recipient) { messageStanding(mail, $0) }
        switch Self.together(standings) {
        case "blocked": return (550, [])
        case "welcome":
            bindFirstWelcome(mail, recipient)
            return (250, [])
        default: break
        }
        let open = standings.filter { $0.value != "blocked" }.map(\.key)
        switch treatment(recipient, open, standings, mail.author).0 {
        case "welcome": return (250, [])
        case "refuse": return (550, [])
        case "ask":
            for owner in open { file(mail.author, provesAuthor(mail), mail, owner) }
            return (450, [])
        default:
            for owner in open { file(mail.author, provesAuthor(mail), mail, owner) }
            return (250, Set(owners[recipient] ?? []))
        }
    }

    /// A contact that let the mail in and was bound to a network is bound to its domain once that is proved.
    private mutating func bindFirstWelcome(_ mail: Mail, _ recipient: String) {
        let owner = (owners[recipient] ?? []).sorted().first { messageStanding(mail, $0) == "welcome" }
        guard let owner else { return }
        let byAuthor = standing(mail.author, provesAuthor(mail), mail, owner) == "welcome"
        let address = byAuthor ? mail.author : mail.envelope
        guard let key = Self.keys(address).first(where: { books[owner]?[$0]?.state == "welcome" }),
            case .network = books[owner]?[key]?.bound
        else { return }
        let isProven =
            (provesAuthor(mail) && Self.keys(mail.author).contains(key))
            || (mail.hasSPF && Self.keys(mail.envelope).contains(key))
        if isProven { books[owner]?[key]?.bound = .domain(Self.domain(key)) }
    }

    // MARK: standings

    private func standings(of recipient: String, _ standing: (String) -> String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (owners[recipient] ?? []).map { ($0, standing($0)) })
    }

    private func envelopeStanding(_ mail: Mail, _ owner: String) -> String {
        standing(mail.envelope, mail.hasSPF, mail, owner)
    }

    private func messageStanding(_ mail: Mail, _ owner: String) -> String {
        let author = standing(mail.author, provesAuthor(mail), mail, owner)
        if author == "blocked" || author == "welcome" || author == "claimed" { return author }
        let envelope = envelopeStanding(mail, owner)
        return envelope == "welcome" || envelope == "blocked" ? envelope : author
    }

    private func provesAuthor(_ mail: Mail) -> Bool {
        let (author, envelope) = (Self.domain(mail.author), Self.domain(mail.envelope))
        return mail.isSigned || (mail.hasSPF && (author == envelope || author.hasSuffix("." + envelope)))
    }

    private func standing(_ address: String, _ isProven: Bool, _ mail: Mail, _ owner: String) -> String {
        var standing = "unknown"
        for key in Self.keys(address) {
            guard let entry = books[owner]?[key] else { continue }
            switch entry.state {
            case "blocked": return "blocked"
            case "welcome":
                switch entry.bound {
                case .domain(let domain):
                    let own = Self.domain(address)
                    let isRelated = own == domain || own.hasSuffix("." + domain) || domain.hasSuffix("." + own)
                    return isProven && isRelated ? "welcome" : "claimed"
                case .network(let network):
                    return isProven || (network == mail.network && !mail.isDenied) ? "welcome" : "claimed"
                }
            default: standing = "waiting"
            }
        }
        return standing
    }

    private static func together(_ standings: [String: String]) -> String {
        let known = standings.values.filter { $0 != "unknown" }
        if known.contains("welcome") { return "welcome" }
        return !known.isEmpty && known.allSatisfy { $0 == "blocked" } ? "blocked" : "stranger"
    }

    private func treatment(_ recipient: String, _ open: [String], _ standings: [String: String], _ address: String)
        -> (String, Bool)
    {
        let order = ["welcome", "hold", "ask", "refuse"]
        let policy = policies[recipient] ?? Policy(strangers: "ask", patience: 5, unanswered: "refuse")
        let each = open.sorted().map { owner -> (String, Bool) in
            guard standings[owner] == "waiting" else { return (policy.strangers, false) }
            // The most specific entry is the one that waits.
            let entry = Self.keys(address).compactMap { books[owner]?[$0] }.first
            if entry?.state == "held" { return ("hold", false) }
            let isLate = now - (entry?.since ?? now) >= policy.patience * 86_400
            return isLate && (policy.strangers == "ask" || policy.strangers == "hold")
                ? (policy.unanswered, true) : (policy.strangers, false)
        }
        return each.min { (order.firstIndex(of: $0.0) ?? 9) < (order.firstIndex(of: $1.0) ?? 9) } ?? ("refuse", false)
    }

    private mutating func file(_ address: String, _ isProven: Bool, _ mail: Mail, _ owner: String) {
        let bound: Bound = isProven ? .domain(Self.domain(address)) : .network(mail.network)
        books[owner, default: [:]][address, default: Entry(state: "waiting", bound: bound, since: now)].attempts += 1
    }

    private func party(_ recipient: String) -> [String] {
        (owners[recipient] ?? []).sorted() + ["\(policies[recipient].map { "\($0)" } ?? "")"]
    }

    // MARK: names

    private static func domain(_ key: String) -> String { String(key.split(separator: "@").last ?? "") }

    /// The address, its domain, and the names above it that have a dot.
    private static func keys(_ address: String) -> [String] {
        var keys = [address]
        var labels = domain(address).split(separator: ".")
        while labels.count > 1 {
            keys.append(labels.joined(separator: "."))
            labels.removeFirst()
        }
        return keys
    }
}
