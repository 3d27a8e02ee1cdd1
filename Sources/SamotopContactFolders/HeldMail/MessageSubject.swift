import InternetMessage
import SamotopContacts
import SamotopCore
import SamotopDelivery

/// What a message in one of the folders is about.
enum MessageSubject: Sendable, Hashable {
    /// It asks about a contact.
    case request(ContactID)
    /// It was held; by its envelope's identifier.
    case held(String)
}

/// Recognises messages, also after an IMAP server has given them another name.
struct MessageReader: Sendable {
    let mailboxes: Mailboxes
    let key: RequestKey?

    /// Our trace fields are shorter.
    private static let headerLimit = 16 << 10

    /// Recognises a message; nil: none of ours, or it is gone.
    ///
    /// - Parameter trustsName: a request message is one by its file's name. Elsewhere than in the folder that this program
    ///   writes them to, only the mark in it counts.
    func subject(of message: FiledMessage, trustsName: Bool) async throws -> MessageSubject? {
        if let envelope = message.envelope {
            guard let contact = RequestMessage.contact(envelope) else { return .held(envelope) }
            if trustsName { return .request(contact) }
        }
        guard let octets = try await mailboxes.beginning(of: message, limit: Self.headerLimit) else { return nil }
        let owner = Owner(message.mailbox)
        if let key, let contact = key.contact(in: octets, of: owner) { return .request(contact) }
        // The uppermost is ours: whoever sends mail writes below it.
        guard let field = HeaderSection(octets).fields(named: .received).first, let id = Received(field.body).id else {
            return nil
        }
        return .held(String(decoding: id, as: UTF8.self))
    }
}
