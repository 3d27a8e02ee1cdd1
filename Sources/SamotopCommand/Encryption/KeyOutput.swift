import Foundation
import InternetMessage
import SamotopEncryption

/// Keys as the command line shows them.
enum KeyOutput {
    /// Days before its end from which on a key's owner should prolong it.
    static let warningDays: Int64 = 30

    /// A key as JSON has it.
    struct Item: Encodable {
        let mailbox: String
        /// `openpgp` or `certificate`.
        var kind: String?
        var fingerprint: String?
        var algorithm: String?
        var userIDs: [String]?
        var created: String?
        var expires: String?
        var aead: Bool?
        /// `usable`, `expires-soon` or `unusable`.
        let state: String
        var problem: String?

        init(_ key: RecipientKey, of mailbox: String, now: Int64) {
            self.mailbox = mailbox
            kind = key.kind == .certificate ? "certificate" : "openpgp"
            fingerprint = key.fingerprint
            algorithm = key.algorithm
            userIDs = key.userIDs
            created = "\(CivilDate(secondsSince1970: key.created))"
            expires = key.expires.map { "\(CivilDate(secondsSince1970: $0))" }
            aead = key.allowsAEAD
            problem = key.problem(at: now).map { "\($0)" }
            let ends = key.expires.map { $0 < now + KeyOutput.warningDays * 86_400 } ?? false
            state = problem != nil ? "unusable" : ends ? "expires-soon" : "usable"
        }

        init(_ problem: String, of mailbox: String) {
            self.mailbox = mailbox
            self.problem = problem
            state = "unusable"
        }

        var words: String {
            switch state {
            case "unusable": problem ?? "can't be used"
            case "expires-soon": "good until \(expires ?? "")"
            default: expires.map { "good until \($0)" } ?? "good"
            }
        }

        var line: String {
            let name = OneLine.escaped(mailbox, limit: 320)
            return "\(name)  \(fingerprint ?? "-")  \(algorithm ?? "-")  \(words)"
        }

        private var isCertificate: Bool { kind == "certificate" }

        private var form: String {
            let mode = isCertificate ? ", S/MIME (AES-256-GCM)" : aead == true ? ", authenticated (OCB)" : ""
            return "\(algorithm ?? "")\(mode)"
        }

        var details: [String] {
            guard let fingerprint else { return ["\(mailbox): \(words)"] }
            var rest = fingerprint[...]
            var groups: [Substring] = []
            while !rest.isEmpty {
                groups.append(rest.prefix(4))
                rest = rest.dropFirst(4)
            }
            return [
                "\(OneLine.escaped(mailbox, limit: 320)): \(words)", "  fingerprint  \(groups.joined(separator: " "))",
            ]
                + (userIDs ?? []).map { "  user id      \(OneLine.escaped($0, limit: 320))" } + [
                    "  encryption   \(form)", "  \(isCertificate ? "valid from  " : "made        ") \(created ?? "")",
                    "  expires      \(expires ?? "never")",
                ]
        }
    }

    static func json(_ items: [Item]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(items), as: UTF8.self)
    }
}
