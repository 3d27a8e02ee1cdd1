import InternetMessage
import SMTP
import SamotopContacts
import SamotopCore
import SamotopDelivery

/// The message that asks an owner about a stranger.
struct RequestMessage: Sendable {
    let contact: Contact
    let settings: ContactFolderSettings
    /// The postmaster's address, in whose name the server writes.
    let sender: Mailbox
    let key: RequestKey

    /// The beginning of the identifier, before the contact's own.
    static let prefix = "contact-"

    /// The same for the same contact, so that the message is there once.
    static func identifier(_ contact: ContactID) -> String { prefix + contact.text }

    /// The contact whose request message has this identifier.
    static func contact(_ identifier: String) -> ContactID? {
        guard identifier.hasPrefix(prefix) else { return nil }
        return ContactID(String(identifier.dropFirst(prefix.count)))
    }

    var message: ServerMessage {
        ServerMessage(
            firstField: key.field(contact.id, of: contact.owner), from: sender,
            to: contact.request.flatMap { Mailbox($0.recipient) },
            subject: isNewName ? "Mail for the new name \(name)" : "\(name) wants to write to you",
            date: contact.firstSeen, identifier: Self.identifier(contact.id), body: body)
    }

    private var isNewName: Bool { contact.request?.isNewName == true }

    private var name: String { ShownText.clean(contact.correspondent.text, limit: 320) }

    private var body: String {
        let parts = [
            [
                isNewName
                    ? "Mail came for \(name), a name in your domain that had none before. It gets mail once you welcome it; blocked, it is an address that doesn't exist."
                    : "\(name) wants to write to you, and you haven't decided about them yet."
            ], known, waiting, choices,
        ]
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var known: [String] {
        var lines: [String] = []
        if let request = contact.request {
            lines.append("  To:       \(ShownText.clean(request.recipient, limit: 320))")
            if let name = request.displayName { lines.append("  Name:     \(ShownText.clean(name)) (in their words)") }
            if let subject = request.subject {
                lines.append("  Subject:  \(ShownText.clean(subject)) (in their words)")
            }
        }
        lines.append("  Proof:    \(proof)")
        if let request = contact.request {
            let client = request.clientName.map { " (\(ShownText.clean($0)))" } ?? ""
            lines.append("  Sent by:  \(ShownText.clean(request.network))\(client)")
        }
        lines.append("  First:    \(Self.text(contact.firstSeen))")
        return lines
    }

    private var proof: String {
        if isNewName { return "none is needed: it is your own address" }
        let methods = contact.identity.proofs.sorted().map { $0.rawValue.uppercased() }.joined(separator: ", ")
        switch contact.identity.anchor {
        case .domain(let domain) where contact.identity.isProven:
            return "the mail comes from \(ShownText.clean(domain, limit: 255)) (\(methods))"
        case .domain, .network: return "none. Anybody can write this address into a message."
        case .local: return "it comes from this machine"
        }
    }

    private var waiting: [String] {
        if let held = contact.request?.held, !held.isEmpty {
            return ["Their mail is kept in this folder, next to this message."]
        }
        return ["Their mail is not here: it waits with their own server, which tries again for some days."]
    }

    private var choices: [String] {
        let deleting = settings.deleting == .block ? ", or delete it" : ""
        var lines = [
            "To let them write to you, move this message to the folder “\(settings.welcome.text)”.",
            "To keep them out, move it to the folder “\(settings.blocked.text)”\(deleting).",
        ]
        if settings.deleting == .ignore { lines.append("If you delete it, they go on waiting.") }
        return lines + ["If you do nothing, the request ends by itself."]
    }

    private static func text(_ time: Timestamp) -> String {
        String(decoding: InternetDate(secondsSince1970: time.seconds).bytes, as: UTF8.self)
    }
}
