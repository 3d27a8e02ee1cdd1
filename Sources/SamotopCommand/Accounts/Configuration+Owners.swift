import SamotopContacts

extension Configuration {
    /// The owner of each mailbox, by its address in lower case.
    var owners: [String: Owner] {
        var owners: [String: Owner] = [:]
        for domain in domains {
            for box in domain.mailboxes {
                let name = MailboxName(domain: domain.name, localPart: box.localPart)
                owners["\(name)".lowercased()] = Owner(MailboxesFactory.name(name))
            }
        }
        for row in addressTable.rows where row.meaning == .mailbox {
            owners[String(decoding: row.address.bytes, as: UTF8.self)] = Owner(row.mailboxName)
        }
        return owners
    }

    /// Where the pages' passwords are.
    var accountFile: String { web.accounts ?? state + "/accounts" }

    /// Where the running server takes commands.
    var controlSocket: String { state + "/control.sock" }

    /// The address of an owner's mailbox.
    func address(of owner: Owner) -> String {
        owners.first { $0.value == owner }?.key ?? owner.name
    }

    /// The owner whose mailbox has this address; without an address the only one there is.
    func owner(_ address: String?) throws(StartFailure) -> Owner {
        let owners = owners
        guard let address else {
            if owners.count == 1, let only = owners.values.first { return only }
            let names = owners.keys.sorted().prefix(5).joined(separator: ", ")
            throw StartFailure(ExitStatus.usage, ["say whose contacts with --owner ADDRESS: \(names)"])
        }
        if let owner = owners[address.lowercased()] { return owner }
        let near = Suggestion.nearest(to: address.lowercased(), in: owners.keys.sorted())
        let hint = near.map { "did you mean \($0)?" } ?? "an alias has none of its own"
        throw StartFailure(
            ExitStatus.usage, ["\(OneLine.escaped(address)) is no mailbox of this configuration; \(hint)"])
    }
}
