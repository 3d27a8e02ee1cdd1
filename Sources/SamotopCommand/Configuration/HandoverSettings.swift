import SamotopDelivery

/// `lmtp`, `command` and `command-user` of a mailbox: what its mail is handed to.
enum HandoverSettings {
    static func read(_ reader: SectionReader) -> MailboxHandover? {
        let servers = reader.list("lmtp") { text throws(Unfit) in try server(text) }
        let command = command(reader)
        if reader.has("lmtp"), reader.has("command") {
            reader.complain("command", "a mailbox's mail goes one way; write lmtp or command")
        }
        if reader.has("command-user"), !reader.has("command") {
            reader.complain("command-user", "there is no command; write one, or leave this out")
        }
        for key in ["quota", "quota-messages", "when-full"] where reader.has("lmtp") || reader.has("command") {
            guard reader.has(key) else { continue }
            reader.complain(key, "what is handed to something else isn't counted here; set its quota there")
        }
        if let servers {
            if servers.isEmpty { reader.complain("lmtp", "names no server; write one like unix:/run/dovecot/lmtp") }
            return servers.isEmpty ? nil : .lmtp(servers)
        }
        return command.map { .command($0) }
    }

    private static func command(_ reader: SectionReader) -> DeliveryCommand? {
        let user = reader.value("command-user", Name.account)
        guard reader.has("command") else {
            _ = reader.list("command") { $0 }
            return nil
        }
        guard reader.isList("command") else {
            _ = reader.isBare("command")
            reader.complain(
                "command",
                "must be a list, as no shell takes it apart; write each argument by itself, like [/usr/local/bin/handle, --to, \"{recipient}\"]"
            )
            return nil
        }
        let words = reader.list("command") { $0 }
        do throws(DeliveryCommandError) {
            return try words.map { words throws(DeliveryCommandError) in try DeliveryCommand(words, user: user) }
        } catch {
            reader.complain("command", "\(error)")
            return nil
        }
    }

    private static func server(_ text: String) throws(Unfit) -> LMTPServer {
        switch try OutgoingRoute.hop(text) {
        case .unix(let path): .unix(path: path)
        // RFC 2033 §5: not 25. 24 is IANA's for private mail systems, and what LMTP servers use.
        case .host(let host, let port): .host(host, port: port ?? 24)
        }
    }
}

extension ConfigurationReader {
    /// What is handed to something else goes through the queue; and what nobody takes needs a place.
    static func checkHandovers(
        _ root: SectionReader, _ domains: [DomainSettings], _ postmaster: MailboxName?, isQueued: Bool
    ) {
        let section = root.section("domains")
        for domain in domains {
            let key = section.keys.first { $0.lowercased() == domain.name } ?? domain.name
            let mailboxes = section.section(key).section("mailboxes")
            for mailbox in domain.mailboxes where mailbox.handover != nil {
                if !isQueued {
                    mailboxes.complain(
                        mailbox.localPart,
                        "what a mailbox hands to a server or a program goes through the queue; write relay:, too (relay: {} sends nobody's mail out)"
                    )
                }
                if let postmaster, postmaster.domain == domain.name,
                    postmaster.localPart.lowercased() == mailbox.localPart.lowercased()
                {
                    root.complain(
                        "postmaster",
                        "\(postmaster) hands its mail to something else; name a mailbox with a Maildir, where all that nobody takes can go"
                    )
                }
            }
        }
    }
}
