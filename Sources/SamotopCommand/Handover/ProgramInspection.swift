import SamotopDelivery

/// Whether a mailbox's program can be trusted with what it will be given, and with whose rights it will be.
enum ProgramInspection {
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
        if let problem = changeable(path, status, user) { return problem }
        // Whoever can put another file in its place can write to it as well.
        var folder = LocalFile.parent(of: path)
        while true {
            guard let status = LocalFile.status(folder) else { return "\(folder) can't be seen" }
            let isSticky = status.mode & 0o1000 != 0
            if !isSticky, let problem = changeable(folder, status, user) { return problem }
            if folder == "/" { return nil }
            folder = LocalFile.parent(of: folder)
        }
    }

    private static func changeable(_ path: String, _ status: LocalFile.Status, _ user: UInt32) -> String? {
        guard status.mode & 0o022 == 0 else { return "others than its owner can write to \(path); do chmod go-w" }
        guard status.owner == 0 || status.owner == user else {
            return "\(path) belongs to somebody else than root or the user it runs as; do chown root"
        }
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
