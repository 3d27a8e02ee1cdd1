import SMTP
import SamotopCore

/// How a record writes where its message goes: the oldest form that can say it, so that an older program reads what it can.
enum DestinationForm {
    /// Only inboxes: a name each.
    case inboxes
    /// Folders among them: a name and a folder each, empty for the inbox. No folder has an empty name.
    case folders
    /// Others' mailboxes among them: a third part each, their address, empty for a mailbox of ours; and who answers for the message.
    case anywhere

    init(_ recipients: [Recipient]) {
        self = .inboxes
        for destination in recipients.lazy.flatMap(\.destinations) {
            if case .remote = destination {
                self = .anywhere
                return
            }
            if destination.folder != nil { self = .folders }
        }
    }

    func write(_ destination: Destination, _ writer: inout OctetWriter) {
        writer.write(Array((destination.mailbox ?? "").utf8))
        if self != .inboxes { writer.write(Array((destination.folder ?? "").utf8)) }
        guard self == .anywhere else { return }
        if case .remote(let address) = destination { writer.write(address.bytes) } else { writer.write([]) }
    }

    /// Nil when the octets are none of this form.
    func read(_ reader: inout OctetReader) -> Destination? {
        guard let mailbox = reader.octets(), let folder = self == .inboxes ? [] : reader.octets(),
            let address = self == .anywhere ? reader.octets() : []
        else { return nil }
        guard address.isEmpty else { return Mailbox(address).map { .remote($0) } }
        let name = String(decoding: mailbox, as: UTF8.self)
        return folder.isEmpty ? .mailbox(name) : .folder(String(decoding: folder, as: UTF8.self), of: name)
    }
}
