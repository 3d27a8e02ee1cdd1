import SamotopCore

/// A mailbox's inbox, or one of its folders.
struct MailboxPlace: Sendable, Hashable {
    /// The mailbox's opaque name.
    let mailbox: String
    /// Nil: the inbox.
    let folder: FolderName?

    init(_ mailbox: String, folder: FolderName? = nil) {
        self.mailbox = mailbox
        self.folder = folder
    }

    /// Where a destination is; throws when it isn't ours, and when its folder's name can't be one.
    init(_ destination: Destination) throws(DeliveryError) {
        guard let mailbox = destination.mailbox else {
            throw .failed(cause: "mail for another server came to the mailboxes")
        }
        var name: FolderName?
        if let folder = destination.folder {
            name = FolderName(folder)
            guard name != nil else { throw .failed(cause: "mailbox \(mailbox): a folder of an unfit name") }
        }
        self.init(mailbox, folder: name)
    }

    /// What the operator reads.
    var text: String { folder.map { "\(mailbox), folder \($0.text)" } ?? mailbox }
}
