import SMTP
import SamotopCore

extension Mailboxes {
    /// The short way: mailboxes by name, each in a folder of that name.
    ///
    /// - Parameters:
    ///   - root: where the folders are; made when missing.
    ///   - addresses: address → name of its mailbox. The addresses' domains are ours.
    ///   - postmaster: the name of the mailbox that answers for postmaster (RFC 5321 §4.5.1).
    ///   - host: our name, for file names.
    /// - Throws: ``DirectoryError`` that names the entry.
    public convenience init(
        in root: String, addresses: [String: String], postmaster: String, host: String = "localhost"
    ) throws(DirectoryError) {
        var entries: [MailboxEntry] = []
        var domains: Set<DomainName> = []
        for (text, name) in addresses.sorted(by: { $0.key < $1.key }) {
            guard let address = Mailbox(text) else { throw .unreadableAddress(text) }
            if case .name(let domain) = address.domain { domains.insert(domain) }
            entries.append(MailboxEntry(address: address, name: name, folder: name))
        }
        let directory = try Directory(domains: Array(domains), mailboxes: entries, postmaster: postmaster)
        self.init(directory, root: root, host: host, threads: StorageThreads())
    }
}
