import Foundation
import SMTP
import SamotopContacts
import SamotopCore

/// Addresses for one purpose, and passes, as the command line shows them.
enum AddressOutput {
    /// One of them.
    struct Item: Encodable {
        let address: String
        /// address, single, once (a pass for one sender), phrase (a pass for anyone).
        let kind: String
        /// open or ended.
        let state: String
        let domain: String?
        let uses: Int
        let made: String
        let expires: String?
        let note: String?

        init(_ pass: Pass, _ address: String, now: Timestamp) {
            self.address = AddressOutput.text(pass, address)
            kind = pass.kind.rawValue
            state = pass.isValid(at: now) ? "open" : "ended"
            domain = pass.domain
            uses = pass.uses
            made = CivilTime.text(pass.created)
            expires = pass.expires.map { CivilTime.text($0) }
            note = pass.note.isEmpty ? nil : pass.note
        }

        var line: String {
            let parts = [
                state, address, kind, "used \(uses) times", domain.map { "for \($0)" }, expires.map { "until \($0)" },
                note,
            ]
            return OneLine.escaped(parts.compactMap(\.self).joined(separator: "  "), limit: 1_000)
        }
    }

    static func json(_ items: [Item]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(items), as: UTF8.self)
    }

    /// As it is handed out.
    static func text(_ pass: Pass, _ address: String) -> String {
        PassAddress.text(pass.word, at: address) ?? "+pass-\(pass.word.text)"
    }

    /// The word of an address, or the word itself.
    static func word(_ text: String) -> Pass.Word? {
        Mailbox(text).flatMap { PassAddress($0) }?.word ?? Pass.Word(text)
    }
}
