import SMTP
import SamotopCore

/// Contacts as a table that ``ContactImport/init(csv:)`` reads without loss: correspondent, state, identity, note.
///
/// Names and addresses are strangers' own, and spreadsheets take what begins with `=`, `+`, `-`, `@`, a tab or a line end for a
/// formula: an apostrophe stands before it, which the import takes away again.
public struct ContactExport: Sendable {
    /// Octets of the table, with its names of columns (RFC 4180).
    public private(set) var octets = Array("email,kind,state,identity,proofs,note\r\n".utf8)

    /// An empty table.
    public init() {}

    /// Adds a row.
    public mutating func add(_ contact: Contact) {
        let proofs = contact.identity.proofs.sorted().map(\.rawValue).joined(separator: " ")
        let fields: [[UInt8]] = [
            contact.correspondent.bytes, Array(contact.correspondent.kind.rawValue.utf8),
            Array(contact.state.rawValue.utf8), Array(contact.identity.anchor.text.utf8), Array(proofs.utf8),
            Array((contact.decision?.note ?? "").utf8),
        ]
        octets +=
            Array(fields.map { Self.quoted(FormulaCell.disarmed($0)) }.joined(separator: [UInt8(ascii: ",")])) + [
                0x0D, 0x0A,
            ]
    }

    /// RFC 4180 §2: quotes only where they are needed.
    private static func quoted(_ field: [UInt8]) -> [UInt8] {
        let special = Array("\",;\t\r\n".utf8)
        guard field.contains(where: { special.contains($0) }) else { return field }
        return [UInt8(ascii: "\"")] + field.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } + [
            UInt8(ascii: "\"")
        ]
    }
}

extension Identity.Anchor {
    /// `domain:example.org`, `network:192.0.2.0/24`, `local`
    public var text: String {
        switch self {
        case .domain(let domain): "domain:\(domain)"
        case .network(let network): "network:\(network)"
        case .local: "local"
        }
    }

    /// Reads what ``text`` writes; nil when it is something else.
    public init?(reading text: String) {
        if text == "local" {
            self = .local
        } else if text.hasPrefix("domain:"), let domain = DomainName(Array(text.utf8.dropFirst(7))) {
            self = .domain(String(decoding: domain.bytes.map(\.foldedASCII), as: UTF8.self))
        } else if text.hasPrefix("network:"), let network = IPNetwork(String(text.dropFirst(8)))?.contactNetwork {
            self = .network(network)
        } else {
            return nil
        }
    }
}

extension Correspondent {
    /// A domain as people write it; one without a dot too.
    init?(readingDomain text: [UInt8]) {
        guard let domain = DomainName(Array(text.trimmed())) else { return nil }
        self = .domain(domain)
    }
}
