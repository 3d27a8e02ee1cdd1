import SamotopContacts
import SamotopDelivery

/// What is remembered of one mailbox between two looks at it. Nothing of it has to survive a restart.
struct FolderMemory {
    /// A message that was in the folder where strangers wait.
    struct Seen {
        var inode: UInt64
        /// When it was last there, in seconds since 1970.
        var last: Int64
        /// Since when it is missing, or marked as deleted.
        var missing: Int64?
    }

    /// A file, whatever flags its name bears.
    struct File: Hashable {
        let inode: UInt64
        let base: String

        init(_ message: FiledMessage) {
            inode = message.inode
            base = message.base
        }
    }

    /// Of the folder where strangers wait: another one was made anew, and what it lacks says nothing.
    let identity: FolderIdentity
    /// The contacts that had a request message, or were to get one.
    var waiting: Set<ContactID> = []
    /// What was in the folder.
    var seen: [MessageSubject: Seen] = [:]
    /// Requests that their owner doesn't want to see now.
    var dismissed: Set<ContactID> = []
    /// Envelopes of messages in the folder that belong to nobody who waits, and were looked up.
    var left: Set<String> = []
    /// Files that were recognised, or not, so that each is read once.
    var files: [File: MessageSubject?] = [:]

    init(identity: FolderIdentity) { self.identity = identity }

    /// Something is missing, and time will tell what it means.
    var isWaiting: Bool { seen.values.contains { $0.missing != nil } }
}
