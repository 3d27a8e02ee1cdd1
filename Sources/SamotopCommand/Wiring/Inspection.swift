#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Looks at what a configuration names: users, certificates, folders, ports. Changes nothing.
struct Inspection {
    let configuration: Configuration
    /// Whose rights count.
    let rights: Rights?

    struct Rights: Hashable {
        let user: uid_t
        let group: gid_t

        /// Whether a folder with this status can be written to.
        func canWrite(_ folder: LocalFile.Status) -> Bool {
            if user == 0 { return true }
            if folder.owner == user { return folder.mode & 0o300 == 0o300 }
            if folder.group == group { return folder.mode & 0o030 == 0o030 }
            return folder.mode & 0o003 == 0o003
        }
    }

    init(_ configuration: Configuration) {
        self.configuration = configuration
        switch Account.find(configuration.account) {
        case .success(let account?): rights = Rights(user: account.userID, group: account.groupID)
        case .success(nil): rights = Rights(user: geteuid(), group: getegid())
        case .failure: rights = nil
        }
    }

    /// All of it, in the order of the file.
    func everything() -> [Problem] {
        InvalidConfiguration(
            account() + certificates() + folders() + commands() + SenderLists.problems(configuration)
                + OutgoingSigning.read(configuration).problems + WebhookRooms.read(configuration).problems
                + OAuthRooms.problems(configuration) + CertificateRooms.problems(configuration)
                + AuthorityFile.problems(configuration) + accounts() + ports()
        ).problems
    }

    func account() -> [Problem] {
        if case .failure(let unknown) = Account.find(configuration.account) {
            return [configuration.problem(unknown.key, unknown.message)]
        }
        return AuthSocketOwner.problems(configuration)
    }

    /// Listeners for mail from users' programs that nobody can sign in at.
    func accounts() -> [Problem] {
        guard let listener = configuration.listeners.first(where: { $0.role == .submission }) else { return [] }
        let key = "listeners.\(SectionReader.quoted(listener.name)).role"
        let path = configuration.accountFile
        do {
            let file = try AccountFile.read(path)
            let owners = configuration.owners
            let submission = configuration.submission
            let asks = submission.clientCertificates != nil
            let isOpen =
                submission.oauth != nil || submission.clientCertificates?.caFile != nil
                || submission.clientCertificates?.accounts.isEmpty == false
            guard
                !isOpen,
                !file.entries.contains(where: {
                    owners[$0.name] != nil && (!$0.secrets.isEmpty || asks && !$0.certificates.isEmpty)
                })
            else { return [] }
            return [configuration.problem(key, "nobody has a password to send with; do samotop account set ADDRESS")]
        } catch {
            return [configuration.problem(key, "\(path): \(error)")]
        }
    }

    func certificates() -> [Problem] {
        configuration.tls.certificates.enumerated().flatMap { index, pair in
            CertificateInspection.findings(pair).map { finding in
                configuration.problem("tls.certificates[\(index)].\(finding.subject.rawValue)", finding.message)
            }
        }
    }

    func folders() -> [Problem] {
        guard let rights else { return [] }
        var problems = folder(configuration.state, "state", rights, isMade: true)
        for domain in configuration.domains {
            for mailbox in domain.mailboxes {
                guard let directory = mailbox.directory else { continue }
                let key =
                    "domains.\(SectionReader.quoted(domain.name)).mailboxes.\(SectionReader.quoted(mailbox.localPart))"
                problems += folder(directory, key, rights, isMade: false)
            }
        }
        return problems
    }

    /// - Parameter isMade: all missing folders above are made by us, too; otherwise only the last one.
    private func folder(_ path: String, _ key: String, _ rights: Rights, isMade: Bool) -> [Problem] {
        guard let status = LocalFile.status(path) else {
            var above = LocalFile.parent(of: path)
            while isMade, above != "/", LocalFile.status(above) == nil { above = LocalFile.parent(of: above) }
            // The state folder itself is made before any mailbox.
            if !isMade, above == configuration.state { return [] }
            guard let parent = LocalFile.status(above) else {
                return [configuration.problem(key, "\(above) isn't there or can't be seen; make it")]
            }
            // Root makes the state folder for the user.
            guard rights.canWrite(parent) || (isMade && geteuid() == 0) else {
                return [
                    configuration.problem(
                        key,
                        "\(path) isn't there, and \(above) can't be written to; make \(path) and give it to samotop's user"
                    )
                ]
            }
            return []
        }
        guard status.isFolder else { return [configuration.problem(key, "\(path) is no folder; name another path")] }
        guard status.mode & 0o002 == 0 else {
            return [configuration.problem(key, "every user of this machine can write to \(path); do chmod o-w")]
        }
        guard rights.canWrite(status) else {
            return [configuration.problem(key, "\(path) can't be written to by samotop's user; do chown or chmod")]
        }
        return []
    }

    /// Nothing when a samotop serves with this state folder: then the ports are its own.
    func ports() -> [Problem] {
        if isServing { return [] }
        var problems: [Problem] = []
        for listener in configuration.listeners {
            let key = "listeners.\(SectionReader.quoted(listener.name)).listen"
            for address in listener.addresses { problems += port(address, key, listener.mode) }
        }
        if let address = configuration.metrics { problems += port(address, "metrics.listen", 0o600) }
        if let address = configuration.web.listen { problems += port(address, "web.listen", 0o600) }
        if let address = configuration.policy.listen { problems += port(address, "mta-sts.listen", 0o660) }
        for address in configuration.tls.acme?.listen ?? [] { problems += port(address, "tls.acme.listen", 0o660) }
        return problems
    }

    private func port(_ address: ListenAddress, _ key: String, _ mode: UInt32) -> [Problem] {
        if case .systemd = address { return [] }
        do throws(SystemFailure) {
            _ = try ListeningSocket.open(address, mode: mode, trial: true)
            return []
        } catch {
            return [configuration.problem(key, Self.explain(error, address))]
        }
    }

    private var isServing: Bool {
        do throws(StateLock.Failure) {
            _ = try StateLock(configuration.state)
            return false
        } catch {
            if case .taken = error { return true }
            return false
        }
    }

    /// Why a listener can't listen, and what to do.
    static func explain(_ failure: SystemFailure, _ address: ListenAddress) -> String {
        switch failure.number {
        case EADDRINUSE: "\(address) is in use by another program; stop that one, or choose another port"
        case EACCES:
            "\(address) needs rights: start as root with user: set, or let systemd open it (listen: systemd:NAME)"
        case EADDRNOTAVAIL: "\(address) is no address of this machine; 0.0.0.0 or [::] take all of them"
        case EEXIST: "\(address) is a file and no socket; choose another path"
        case ENOENT: "\(address): its folder isn't there; make it"
        default: "can't listen at \(address): \(failure)"
        }
    }
}
