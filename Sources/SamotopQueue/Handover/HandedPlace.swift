public import SMTP

/// Where the queue brings mail of a mailbox that is handed to something else.
public struct HandedPlace: Sendable, Hashable {
    /// An address that leads to the mailbox and nowhere else: the one that was written to, or the mailbox's own.
    public let address: Mailbox
    /// What is counted, paced and backed off together.
    public let destination: QueueDestination

    /// Makes a place.
    public init(_ address: Mailbox, _ destination: QueueDestination) {
        self.address = address
        self.destination = destination
    }
}

/// What gets such mail.
public enum HandedWay: String, Sendable, Hashable {
    /// A server, by LMTP.
    case lmtp
    /// A program.
    case command
}

extension QueueDestination {
    /// A destination of mail for mailboxes that was encrypted, if it is to be, and queued for whatever it is handed to.
    ///
    /// - Parameter name: the servers, or the mailbox. No domain has a colon, so that neither looks like one.
    public init(_ way: HandedWay, _ name: String) { self.init(name: "\(way.rawValue):\(name)") }

    /// Which of these it is, if it is one.
    var way: HandedWay? {
        guard let colon = name.firstIndex(of: 0x3A) else { return nil }
        return HandedWay(rawValue: String(decoding: name[..<colon], as: UTF8.self))
    }

    /// Whether it is one of these.
    public var isHanded: Bool { way != nil }
}
