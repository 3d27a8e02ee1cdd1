/// Why a store can't do what was asked. Texts name paths of ours and system calls, no address.
public enum QueueStoreError: Error, Sendable, Hashable {
    /// No space or no inodes. Nothing is lost: later it may work.
    case insufficientStorage(cause: String)
    /// A write or a flush failed. What was asked for was not done, and may be asked for again.
    case interrupted(cause: String)
    /// Writes or flushes failed again and again. Nothing more is done until the store is opened again.
    case failed(cause: String)
    /// The key given isn't the one that the store was sealed with.
    case wrongKey
    /// Another process has the store open.
    case locked
    /// No message of that id is queued.
    case unknownMessage
    /// The octets of a message aren't what was written.
    case damaged(cause: String)
    /// The message can't be queued at all: its id, its submitter or the number of its recipients is out of bounds.
    case unacceptable(cause: String)
}
