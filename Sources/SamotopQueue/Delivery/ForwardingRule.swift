public import SMTP
public import SamotopCore

/// Says in whose name a stranger's message goes on to another server, where an alias of ours leads there.
public protocol ForwardingRule: Sendable {
    /// Asked once for each message that is queued, maybe again after a crash: then it has to say the same. Doesn't block.
    ///
    /// - Throws: the message can't go on; it stays where it is and is tried again.
    func sender(of message: ReceivedMessage) throws(DeliveryError) -> ForwardingSender

    /// Who answers for a stranger's message that goes on in the stranger's own name, as to what a mailbox of ours is handed to. The same holds.
    func submitter(of message: ReceivedMessage) -> Submitter
}

extension ForwardingRule {
    /// Nobody: the stranger is told of nothing.
    public func submitter(of message: ReceivedMessage) -> Submitter { Submitter(.stranger, name: "") }
}

/// In whose name a message goes on.
public struct ForwardingSender: Sendable, Hashable {
    /// What MAIL says to the next server.
    public let reversePath: ReversePath
    /// Who answers for it in the queue: a stranger is told of nothing.
    public let submitter: Submitter

    /// Makes a sender.
    public init(reversePath: ReversePath, submitter: Submitter) {
        self.reversePath = reversePath
        self.submitter = submitter
    }
}
