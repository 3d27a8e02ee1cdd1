import SamotopDelivery

/// Reads the whole configuration: keys one by one, then what must hold between them.
enum ConfigurationReader {
    /// Reads a file's bytes with what flags and environment set.
    static func read(
        _ bytes: [UInt8], name: String, arguments: [String] = [], environment: [String: String] = [:]
    ) throws(InvalidConfiguration) -> Configuration {
        let problems = Problems()
        var root: Setting
        do throws(Problem) {
            root = try SettingParser.parse(bytes, name: name)
        } catch {
            throw InvalidConfiguration([error])
        }
        Overrides.apply(arguments: arguments, environment: environment, to: &root, problems: problems)
        AddressesFolder.merge(into: &root, problems: problems)
        let before = problems.all.count
        let reader = SectionReader(root, path: "", at: root.place, problems: problems)
        // Not even a section: what is missing in it needs no telling.
        guard problems.all.count == before else { throw InvalidConfiguration(problems.all) }
        let configuration = read(reader)
        guard var configuration, problems.all.isEmpty else { throw InvalidConfiguration(problems.all) }
        configuration.source = .file(name, line: 1, column: 1)
        configuration.places = places(of: root, path: "")
        // Circles of aliases, and patterns that share addresses: what only the whole of it shows.
        do { _ = try MailboxesFactory.directory(configuration) } catch {
            let key = (error as? DirectoryError).flatMap(configuration.key) ?? "domains"
            problems.add(configuration.places[key] ?? reader.place("domains"), key, "\(error)")
            throw InvalidConfiguration(problems.all)
        }
        return configuration
    }

    private static func read(_ root: SectionReader) -> Configuration? {
        let name = root.required("name", "write this host's full name, like mx.example.org", Name.domain)
        let state = root.required("state", "write the folder for mail and queue, like /var/lib/samotop", Name.path)
        let account = AccountSettings(user: root.value("user", Name.account), group: root.value("group", Name.account))
        if account.group != nil, !root.has("user") { root.complain("group", "needs user; write user too") }
        let privacy = PrivacySettings.read(root)
        let log = LogSettings(root.section("log"))
        let metrics = root.section("metrics")
        let metricsAddress = metrics.value("listen", ListenAddress.loopbackByDefault)
        metrics.finish()
        let policy = PolicySettings(root.section("mta-sts"))
        let tls = TLSSettings(root.section("tls"), isServingHTTPS: policy.listen != nil)
        let listeners = Self.listeners(root, tls)
        let limits = LimitSettings(root.section("limits"))
        let timeouts = TimeoutSettings(root.section("timeouts"))
        let prudence = PrudenceSettings(root.section("prudence"))
        let trace = TraceSettings(root.section("trace"), over: privacy.trace == .omitted ? .least : TraceSettings())
        let dns = DNSSettings(root.section("dns"))
        let authentication =
            root.isOff("authentication") ? .off : AuthenticationSettings(root.section("authentication"))
        let dnsLists = root.sections("dns-lists").compactMap { DNSListSettings($0) }
        let contacts =
            root.isOff("contacts")
            ? .off : ContactSettings(root.section("contacts"), hidesRequests: privacy.stores == .sealed)
        let web = PageSettings(root.section("web"))
        if web.listen != nil, !contacts.isOn {
            root.complain(
                "web", "the pages need contacts: with contacts: {strangers: welcome} nobody waits, and there are pages")
        }
        let outgoing = root.section("relay")
        let relay = root.has("relay") ? OutgoingSettings(outgoing) : OutgoingSettings()
        if policy.listen != nil, tls.isEmpty, !root.problems.knows("tls") {
            root.complain(
                "mta-sts", "HTTPS needs a certificate for mta-sts. and each domain; write tls.certificates or tls.acme")
        }
        let programs = root.section("autoconfig")
        let autoconfig = root.has("autoconfig") ? AutoconfigSettings(programs) : AutoconfigSettings()
        if autoconfig.isOn, policy.listen == nil {
            root.complain("autoconfig", "it is served where the MTA-STS policy is; write mta-sts: with listen:")
        }
        let reports = ReportSettings(root.section("reports"))
        if !reports.send.isEmpty, !relay.isOn {
            root.complain("reports", "nothing goes out without relay:; write that, too")
        }
        let encryption = root.isOff("encryption") ? .off : EncryptionSettings(root.section("encryption"))
        if let memory = encryption.memory, memory < 4 * limits.messageSize {
            root.section("encryption").complain(
                "memory",
                "a message takes four times its size while it is encrypted; write four times message-size at least")
        }
        let submission = SubmissionSettings(root.section("submission"))
        let folder = root.value(AddressesFolder.key, Name.path)
        let domains = Self.domains(root)
        let postmaster = root.required(
            "postmaster", "write the mailbox for postmaster, like ann@example.org (RFC 5321 §4.5.1)"
        ) {
            text throws(Unfit) in try MailboxName.parse(text, in: nil)
        }
        root.finish()
        if root.isSection("privacy") || root.has("privacy") {
            PrivacyCheck.check(root, privacy, log, contacts, reports, domains)
        }
        checkTargets(root, domains, postmaster, forwards: relay.isOn, asks: contacts.isOn)
        checkHandovers(root, domains, postmaster, isQueued: relay.isOn)
        checkSubmission(root, listeners, submission, domains, isRelaying: relay.isOn)
        checkEncryption(root, encryption, policy, listeners, domains)
        guard let name, let state, let postmaster else { return nil }
        var configuration = Configuration(
            name: name, state: state, account: account, privacy: privacy, log: log, metrics: metricsAddress,
            listeners: listeners,
            tls: tls,
            limits: limits, timeouts: timeouts, prudence: prudence, trace: trace, dns: dns,
            authentication: authentication, dnsLists: dnsLists, contacts: contacts, web: web, relay: relay,
            policy: policy, autoconfig: autoconfig, reports: reports, encryption: encryption, submission: submission,
            postmaster: postmaster,
            domains: domains)
        configuration.addressesFolder = folder
        ACMESettings.checkNames(configuration, root)
        return configuration
    }

    private static func listeners(_ root: SectionReader, _ tls: TLSSettings) -> [ListenerSettings] {
        let section = root.section("listeners")
        if section.keys.isEmpty {
            root.complain("listeners", "no listener; write at least one, like mx with listen: \"0.0.0.0:25\"")
        }
        var owners: [ListenAddress: String] = [:]
        return section.keys.map { key in
            let reader = section.section(key)
            let listener = ListenerSettings(reader, name: key)
            for address in listener.addresses where !address.isAnyPort {
                if let owner = owners[address] {
                    reader.complain("listen", "\(address) is taken by \(owner); use another")
                }
                owners[address] = reader.path("listen")
            }
            if listener.tls != .none, tls.isEmpty, !root.problems.knows("tls") {
                reader.complain(
                    "tls",
                    "\(listener.tls.rawValue) needs a certificate; write tls.certificates or tls.acme, or tls: none here"
                )
            }
            return listener
        }
    }

    private static func domains(_ root: SectionReader) -> [DomainSettings] {
        let section = root.section("domains")
        if section.keys.isEmpty {
            root.complain(
                "domains", "no domain; write at least one whose mail is yours, like example.org with mailboxes")
        }
        var directories: [String: String] = [:]
        var names: Set<String> = []
        return section.keys.compactMap { key in
            do throws(Unfit) {
                let reader = section.section(key)
                let domain = DomainSettings(reader, name: try Name.domain(key))
                if !names.insert(domain.name).inserted {
                    section.complain(aboutKey: key, "the same domain as another one here; keep one")
                }
                for case (let box, let directory?) in domain.mailboxes.map({ ($0, $0.directory) }) {
                    let path = "\(reader.path("mailboxes")).\(SectionReader.quoted(box.localPart))"
                    if let owner = directories[directory] {
                        reader.complain(
                            "mailboxes", "\(path) has the folder of \(owner); use an alias, or another folder")
                    }
                    directories[directory] = path
                }
                return domain
            } catch {
                section.complain(aboutKey: key, error.message)
                return nil
            }
        }
    }

    /// Mail from users' programs has to have somewhere to go, and accounts are mailboxes.
    private static func checkSubmission(
        _ root: SectionReader, _ listeners: [ListenerSettings], _ settings: SubmissionSettings,
        _ domains: [DomainSettings], isRelaying: Bool
    ) {
        let isOn = listeners.contains { $0.role == .submission }
        if isOn, !isRelaying {
            root.complain(
                "listeners", "one is for submission, and nothing goes out without relay:; write that, too")
        }
        if root.has("submission"), !isOn {
            root.complain("submission", "no listener has role: submission; add one, like listen: \"0.0.0.0:587\"")
        }
        let mailboxes = Set(domains.flatMap { domain in domain.mailboxes.map { "\($0.localPart)@\(domain.name)" } })
        let section = root.section("submission")
        for (section, accounts) in [
            (section.section("addresses"), Set(settings.addresses.keys)),
            (
                section.section("client-certificates").section("accounts"),
                Set(settings.clientCertificates?.accounts.keys ?? [:].keys)
            ),
        ] {
            for account in accounts.sorted() where !mailboxes.contains(where: { $0.lowercased() == account }) {
                let key = section.keys.first { $0.lowercased() == account } ?? account
                section.complain(
                    aboutKey: key, "no mailbox; an account is the address of one that is listed under domains")
            }
        }
    }

    /// Aliases and postmaster must lead to mailboxes that exist: mail for them is never turned away.
    ///
    /// - Parameters:
    ///   - forwards: aliases may lead to other domains.
    ///   - asks: owners are asked about strangers, and so they can be about new names.
    private static func checkTargets(
        _ root: SectionReader, _ domains: [DomainSettings], _ postmaster: MailboxName?, forwards: Bool, asks: Bool
    ) {
        let ours = Set(domains.map(\.name))
        let known = Set(
            domains.flatMap { domain in domain.mailboxes.map { "\($0.localPart.lowercased())@\(domain.name)" } })
        func exists(_ name: MailboxName) -> Bool { known.contains("\(name.localPart.lowercased())@\(name.domain)") }
        let aliased = Set(
            domains.flatMap { domain in domain.aliases.map { "\($0.localPart.lowercased())@\(domain.name)" } })
        func leads(_ name: MailboxName) -> Bool {
            exists(name) || aliased.contains("\(name.localPart.lowercased())@\(name.domain)")
        }
        /// What is wrong with a target; nil: nothing.
        func problem(_ target: MailboxName) -> String? {
            if leads(target) { return nil }
            guard !ours.contains(target.domain) else {
                return "\(target) is no mailbox and no alias; name one that is listed under domains"
            }
            return forwards
                ? nil : "\(target) is of another domain, and nothing goes out; write relay:, or a mailbox of yours"
        }
        if let postmaster, !exists(postmaster) {
            root.complain("postmaster", "\(postmaster) is no mailbox; name one that is listed under domains")
        }
        let section = root.section("domains")
        for domain in domains {
            let key = section.keys.first { $0.lowercased() == domain.name } ?? domain.name
            let written = section.section(key)
            let (aliases, patterns) = (written.section("aliases"), written.section("patterns"))
            for alias in domain.aliases {
                for case let problem? in alias.targets.map(problem) { aliases.complain(alias.localPart, problem) }
            }
            for pattern in domain.patterns {
                for case let problem? in pattern.targets.map(problem) {
                    patterns.complain(pattern.pattern.text, problem)
                }
            }
            for case let problem? in domain.everyoneElse.map(problem) { written.complain("everyone-else", problem) }
            if domain.newNames == .ask, !asks {
                written.complain("everyone-else", "nobody is asked with contacts: off; write new-names: deliver")
            }
        }
    }

    private static func places(of setting: Setting, path: String) -> [String: Place] {
        var places = [path: setting.place]
        switch setting.value {
        case .empty, .scalar: break
        case .list(let items):
            for (index, item) in items.enumerated() {
                places.merge(Self.places(of: item, path: "\(path)[\(index)]")) { first, _ in first }
            }
        case .section(let entries):
            for entry in entries {
                let key = SectionReader.quoted(entry.key)
                let inner = path.isEmpty ? key : "\(path).\(key)"
                places.merge(Self.places(of: entry.setting, path: inner)) { first, _ in first }
            }
        }
        return places
    }
}

extension Configuration {
    /// Where the row that a fault of the directory names was written; nil: that can't be told.
    fileprivate func key(of error: DirectoryError) -> String? {
        if case .overlap(let pattern, _, _) = error {
            return places.keys.filter { $0.hasSuffix(".patterns.\(SectionReader.quoted(pattern))") }.min()
        }
        guard let entry = error.entry else { return nil }
        let domain = SectionReader.quoted(String(decoding: entry.domain.bytes, as: UTF8.self))
        let name = SectionReader.quoted(String(decoding: entry.localPart.content, as: UTF8.self)).lowercased()
        let wanted = ["aliases", "mailboxes"].map { "domains.\(domain).\($0).\(name)".lowercased() }
        return places.keys.filter { wanted.contains($0.lowercased()) }.min()
    }
}

extension ListenAddress {
    fileprivate var isAnyPort: Bool {
        if case .tcp(_, port: 0) = self { true } else { false }
    }
}
