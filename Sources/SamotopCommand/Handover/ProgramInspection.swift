import SamotopDelivery

/// Whether a mailbox's program can be trusted with what it will be given, and with whose rights it will be.
enum ProgramInspection {
    /// As the kernel has it.
    private static let maximumLinks = 40
    private static let others = "somebody else than root or the user it runs as"

    /// What is wrong, and what to do; nil: nothing.
    ///
    /// - Parameters:
    ///   - server: the user that samotop serves as.
    static func problem(_ command: DeliveryCommand, server: UInt32) -> (key: String, message: String)? {
        var user = server
        if let name = command.user {
            guard let account = ProgramAccount(name) else {
                return ("command-user", "no user \(Quantity.quoted(name)) on this machine")
            }
            guard account.user != 0 else {
                return ("command-user", "\(Quantity.quoted(name)) is root; name another user")
            }
            guard server == 0 || server == account.user else {
                return (
                    "command-user",
                    "samotop isn't root while it serves, so that it can't become \(name); leave this out, and the program runs as samotop's user"
                )
            }
            user = account.user
        } else if server == 0 {
            return (
                "command",
                "it would run as root; write command-user: here, or user: at the top, so that samotop gives up root's rights"
            )
        }
        return file(command.program, user).map { ("command", $0) }
    }

    private static func file(_ path: String, _ user: UInt32) -> String? {
        guard let status = LocalFile.status(path) else {
            return "\(path) isn't there or can't be seen; write the program's absolute path"
        }
        guard status.isFile else { return "\(path) is no file; name a program" }
        guard status.mode & 0o111 != 0 else { return "\(path) can't be executed; do chmod +x" }
        return changeable(path, status, user) ?? way(to: path, user)
    }

    /// What is wrong with the folders that lead there, and with links among them: whoever can put something else in the place of one
    /// chooses the program.
    private static func way(to path: String, _ user: UInt32) -> String? {
        var names = path.split(separator: "/")
        var place = "/"
        var links = 0
        if let problem = folder(place, user) { return problem }
        while !names.isEmpty {
            let name = names.removeFirst()
            if name == "." { continue }
            let next = name == ".." ? LocalFile.parent(of: place) : place == "/" ? "/\(name)" : "\(place)/\(name)"
            if name != "..", let link = LocalFile.link(next) {
                links += 1
                guard links <= maximumLinks else { return "\(path) leads over too many links; name the program itself" }
                guard link.owner == 0 || link.owner == user else {
                    return "the link \(next) belongs to \(others); do chown -h root"
                }
                names.insert(contentsOf: link.target.split(separator: "/"), at: 0)
                if link.target.hasPrefix("/") { place = "/" }
            } else if !names.isEmpty {
                place = next
                if let problem = folder(place, user) { return problem }
            }
        }
        return nil
    }

    /// What is in a sticky folder can be replaced by its owner and by the folder's alone.
    private static func folder(_ path: String, _ user: UInt32) -> String? {
        guard let status = LocalFile.status(path) else { return "\(path) can't be seen" }
        return changeable(path, status, user, isSticky: status.mode & 0o1000 != 0)
    }

    private static func changeable(
        _ path: String, _ status: LocalFile.Status, _ user: UInt32, isSticky: Bool = false
    ) -> String? {
        guard isSticky || status.mode & 0o022 == 0 else {
            return "others than its owner can write to \(path); do chmod go-w"
        }
        guard status.owner == 0 || status.owner == user else { return "\(path) belongs to \(others); do chown root" }
        return nil
    }
}

extension Inspection {
    /// Programs that mailboxes hand their mail to.
    func commands() -> [Problem] {
        guard let rights else { return [] }
        return configuration.domains.flatMap { domain in
            domain.mailboxes.compactMap { mailbox -> Problem? in
                guard case .command(let command)? = mailbox.handover,
                    let (key, message) = ProgramInspection.problem(command, server: rights.user)
                else { return nil }
                let (name, localPart) = (SectionReader.quoted(domain.name), SectionReader.quoted(mailbox.localPart))
                return configuration.problem("domains.\(name).mailboxes.\(localPart).\(key)", message)
            }
        }
    }
}
