import SMTP
import SamotopDelivery

/// What is left of an address's mailbox from a time when it was somebody's: whoever gets the address next would have all of it.
enum FormerOwner {
    /// What there is, in words; empty: nothing. Blocks.
    static func remains(of row: AddressRow, _ configuration: Configuration) throws -> [String] {
        guard row.meaning == .mailbox else { return [] }
        let address = String(decoding: row.address.bytes, as: UTF8.self)
        let account = try AccountFile.read(configuration.accountFile)[address]
        let mail = LocalFile.status(MailboxesFactory.root(configuration) + "/" + row.mailboxName)
        // Names of the table are plain: they are files' names as they are.
        let keys = LocalFile.status(configuration.keyFolder + "/" + row.mailboxName + ".asc")
        return [account == nil ? nil : "an account", keys == nil ? nil : "keys", mail == nil ? nil : "mail"]
            .compactMap(\.self)
    }

    /// Refuses mailboxes of which something is left.
    ///
    /// - Parameter table: what is there now; adding that again is refused for other reasons.
    static func refuse(_ edits: [AddressEdit], _ table: [AddressRow], _ configuration: Configuration) throws {
        let known = Set(table.map(\.address))
        let owners = configuration.owners
        for case .add(let row) in edits where !known.contains(row.address) {
            let address = String(decoding: row.address.bytes, as: UTF8.self)
            guard owners[address] == nil else { continue }
            let remains = try remains(of: row, configuration)
            guard remains.isEmpty else {
                throw StartFailure(
                    ExitStatus.failure,
                    [
                        """
                        samotop: \(address): its former owner left \(remains.joined(separator: ", ")), which whoever has it next would get; \
                        take that away (samotop account remove, and what is in \(configuration.keyFolder) and \
                        \(MailboxesFactory.root(configuration))), or insist with --again
                        """
                    ])
            }
        }
    }
}
