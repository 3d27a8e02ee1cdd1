public import SMTP
import SamotopCore

/// What a mailbox's mail is handed to, where that isn't a Maildir.
public enum MailboxHandover: Sendable, Hashable {
    /// Servers that speak LMTP (RFC 2033), in the order in which they are tried.
    case lmtp([LMTPServer])
    /// A program, once for each message.
    case command(DeliveryCommand)
}

/// Where an LMTP server listens.
public enum LMTPServer: Sendable, Hashable {
    /// A Unix socket.
    case unix(path: String)
    /// A host by its name or IP address.
    case host(String, port: UInt16)
}

extension LMTPServer: CustomStringConvertible {
    /// The path, or host and port.
    public var description: String {
        switch self {
        case .unix(let path): path
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

extension MailboxHandover: CustomStringConvertible {
    /// By what, and to what: `lmtp 127.0.0.1:24`, `command /usr/local/bin/sort`.
    public var description: String {
        switch self {
        case .lmtp(let servers): "lmtp \(servers.map(\.description).joined(separator: ","))"
        case .command(let command): "command \(command.program)"
        }
    }
}

/// A mailbox whose mail is handed to something else.
public struct HandedMailbox: Sendable, Hashable {
    /// Its opaque name.
    public let name: String
    /// Its own address: by it an LMTP server knows it, whatever the message was for.
    public let address: Mailbox
    /// What gets its mail.
    public let handover: MailboxHandover
}

extension Directory {
    /// The mailbox of this name, if its mail is handed to something else.
    public func handedMailbox(_ name: String) -> HandedMailbox? { handed[name] }

    /// All such mailboxes, by their names.
    public var handedMailboxes: [HandedMailbox] { handed.values.sorted { $0.name < $1.name } }

    /// The mailbox that an address leads to and to no other place, if its mail is handed to something else; and what the address names
    /// besides, by a pattern's field.
    public func handedMailbox(for address: Mailbox) -> (mailbox: HandedMailbox, tag: String?)? {
        guard case .destinations(let found) = answer(for: .mailbox(address)), found.count == 1, let only = found.first,
            let name = only.mailbox, let mailbox = handed[name]
        else { return nil }
        return (mailbox, only.folder)
    }
}
