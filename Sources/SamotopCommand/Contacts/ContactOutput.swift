import Foundation
import SamotopContacts
import SamotopCore

/// Contacts as the command line shows them.
enum ContactOutput {
    /// A contact as JSON has it.
    struct Item: Encodable {
        let id: String
        let kind: String
        let contact: String
        let state: String
        let proven: String?
        let how: [String]
        let firstSeen: String
        let lastSeen: String
        let attempts: Int
        let delivered: Int
        let decidedBy: String?
        let decidedAt: String?
        let note: String?
        let name: String?
        let subject: String?
        let recipient: String?
        let evidence: [String]
        let held: Int

        init(_ contact: Contact) {
            id = contact.id.text
            kind = contact.correspondent.kind.rawValue
            self.contact = contact.correspondent.text
            state = contact.state.rawValue
            proven = contact.identity.isProven ? contact.identity.anchorText : nil
            how = contact.identity.proofs.sorted().map(\.rawValue)
            firstSeen = CivilTime.text(contact.firstSeen)
            lastSeen = CivilTime.text(contact.lastSeen)
            attempts = contact.attempts
            delivered = contact.delivered
            decidedBy = contact.decision?.maker
            decidedAt = (contact.decision?.time).map(CivilTime.text)
            note = contact.decision.flatMap { $0.note.isEmpty ? nil : $0.note }
            name = contact.request?.displayName
            subject = contact.request?.subject
            recipient = contact.request?.recipient
            evidence = contact.request?.evidence ?? []
            held = contact.request?.held.count ?? 0
        }
    }

    /// Contacts as a JSON array.
    static func json(_ contacts: [Contact]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(contacts.map(Item.init)), as: UTF8.self)
    }

    /// A line for each: state, who, proved how, when, tries or messages, and what it is about.
    static func lines(_ contacts: [Contact]) -> [String] {
        let width = min(40, contacts.map { $0.correspondent.text.count }.max() ?? 0)
        return contacts.map { contact in
            let who = contact.correspondent.text.padding(
                toLength: max(width, contact.correspondent.text.count), withPad: " ", startingAt: 0)
            let count =
                contact.delivered > 0
                ? "\(contact.delivered) delivered" : "\(contact.attempts) \(contact.attempts == 1 ? "try" : "tries")"
            let subject = contact.request?.subject.map { "  “\(OneLine.escaped($0, limit: 60))”" } ?? ""
            let state = contact.state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            return "\(state) \(OneLine.escaped(who, limit: 320))  \(contact.identity.summary)  "
                + "\(CivilTime.text(contact.lastSeen))  \(count)\(subject)"
        }
    }

    /// All that is known of a contact.
    static func details(_ contact: Contact, now: Timestamp) -> [String] {
        var lines = [
            "\(contact.correspondent.text): \(contact.state.rawValue)",
            "  bound to    \(contact.identity.summary)",
            "  first seen  \(CivilTime.text(contact.firstSeen))",
            "  last seen   \(CivilTime.text(contact.lastSeen))",
            "  messages    \(contact.delivered) delivered, \(contact.attempts) refused or postponed",
        ]
        if let decision = contact.decision {
            let note = decision.note.isEmpty ? "" : ": \(OneLine.escaped(decision.note, limit: 500))"
            lines.append(
                "  decided     \(decision.state.rawValue) by \(decision.maker) at \(CivilTime.text(decision.time))\(note)"
            )
        }
        guard let request = contact.request else { return lines }
        lines.append("  wrote to    \(request.recipient) from <\(request.reversePath)>")
        if let name = request.displayName { lines.append("  calls itself \(OneLine.escaped(name))") }
        if let subject = request.subject { lines.append("  subject     \(OneLine.escaped(subject))") }
        lines.append("  came from   \(request.clientName ?? "a client without a name") in \(request.network)")
        lines += request.evidence.map { "  evidence    \(OneLine.escaped($0))" }
        if !request.held.isEmpty { lines.append("  held        \(request.held.count) messages") }
        if contact.state == .waiting {
            let clock = RetryClock(contact)
            let next = clock.nextTry(after: now).map { "probably tries again by \(CivilTime.text($0)), and " } ?? ""
            lines.append("  its server  \(next)gives up about \(CivilTime.text(clock.givesUp))")
        }
        return lines.map { OneLine.escaped($0, limit: 1_000) }
    }
}

extension Identity {
    var anchorText: String {
        switch anchor {
        case .domain(let domain): domain
        case .network(let network): network
        case .local: "this machine"
        }
    }

    /// In a few words.
    var summary: String {
        isProven
            ? "\(anchorText) (proved by \(proofs.sorted().map(\.rawValue).joined(separator: ", ")))"
            : { if case .domain = anchor { "\(anchorText), once proved" } else { "unproven, from \(anchorText)" } }()
    }
}
