public import SMTP

/// Who takes accepted mail: an MDA in RFC 5598's words, with the directory that knows its mailboxes.
public protocol DeliveryAgent: Sendable {
    /// Says where mail for a forward-path goes. Asked once, at RCPT; the answer rides in the envelope.
    ///
    /// A throw is 451 4.3.0: the sender tries again.
    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer

    /// Delivers one message to all the recipients given, or to none of them.
    ///
    /// Returns only when each copy is durable: content and directory entry flushed to the device, and checked. When it
    /// throws, nothing of this message exists in any mailbox. Runs its file I/O off the event loops.
    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws
}

/// The directory's answer about a forward-path.
public enum DirectoryAnswer: Sendable, Hashable {
    /// Mail goes to these places; at least one.
    case destinations([Destination])
    /// The domain is ours, the mailbox doesn't exist: 550 5.1.1.
    case unknownMailbox
    /// Not one of our domains: the relay rule refuses it with 550 5.7.1.
    case notLocal
    /// The mailbox exists and can't take mail now: 4yz.
    case unavailable(Refusal)
}

/// A place that mail goes to.
public enum Destination: Sendable, Hashable {
    /// A mailbox of ours by the opaque name the directory's table gave it; never a part of an address.
    case mailbox(String)
    /// A folder of such a mailbox by its name, for example `New contacts`, instead of its inbox.
    case folder(String, of: String)
    /// Somebody else's mailbox: mail goes there through the queue. The address, which isn't the recipient's when an alias
    /// leads there.
    case remote(Mailbox)

    /// The opaque name of a mailbox of ours, whichever folder it is; nil when it isn't ours.
    public var mailbox: String? {
        switch self {
        case .mailbox(let name), .folder(_, of: let name): name
        case .remote: nil
        }
    }

    /// The folder of the mailbox; nil for its inbox.
    public var folder: String? {
        switch self {
        case .mailbox, .remote: nil
        case .folder(let folder, of: _): folder
        }
    }
}

/// Why a message could not be delivered. Everything is temporary: a local failure is never the peer's fault.
public enum DeliveryError: Error, Sendable, Hashable {
    /// No space, no inodes, over quota: 452 4.3.1.
    case insufficientStorage(cause: String)
    /// Anything else: 451 4.3.0.
    case failed(cause: String)
}
