import NameResolution
import SamotopCore
import TransportSecurity

/// Other servers' signatures as the command line shows them.
enum SignatureOutput {
    /// A line for each domain.
    static func lines(_ records: [PeerRecord]) -> [String] {
        records.map { record in
            "\(OneLine.escaped(record.domain.text))  \(standing(record))  since \(time(record.standingSince))\(decision(record))"
        }
    }

    /// All that is known of a domain.
    static func details(_ record: PeerRecord) -> [String] {
        var lines = ["\(OneLine.escaped(record.domain.text)): \(standing(record)) since \(time(record.standingSince))"]
        lines.append("  best so far: \(level(record.level)); never less without your decision")
        if let security = record.mailExchangeSecurity { lines.append("  MX records: \(security.rawValue)") }
        if let policy = record.policy { lines.append("  MTA-STS: \(policy.mode.rawValue)") }
        for host in record.hosts {
            lines.append(
                "  \(OneLine.escaped(host.name.text))  \(host.version?.rawValue ?? "no TLS")  seen \(time(host.lastSeen))"
            )
            lines += host.records.map { "    TLSA \($0)" }
            if let key = host.chain.first {
                lines.append("    key \(key)\(host.provenKeys.contains(key) ? ", proven" : "")")
            }
        }
        for pin in record.decision.pins { lines.append("  pinned by you: \(pin)") }
        if let verified = record.decision.verifiedAt { lines.append("  verified by you: \(time(verified))") }
        if record.decision.holdsMail { lines.append("  mail is held until: samotop signatures release") }
        if record.decision.holdsOnDifference { lines.append("  mail is held when a key is new") }
        for change in record.changes.prefix(20) {
            let before = change.before.isEmpty ? "" : "\(OneLine.escaped(change.before)) -> "
            let host = change.host.map { " \(OneLine.escaped($0.text))" } ?? ""
            let maker = change.maker.map { ", by \(OneLine.escaped($0))" } ?? ""
            lines.append(
                "  \(time(change.time))  \(change.kind.rawValue)\(host): \(before)\(OneLine.escaped(change.after))\(maker)"
            )
        }
        return lines
    }

    static func level(_ level: SecurityLevel) -> String {
        switch level {
        case .plaintext: "in clear"
        case .encrypted: "encrypted"
        case .authenticated: "encrypted, and proven who it is"
        }
    }

    private static func standing(_ record: PeerRecord) -> String {
        switch record.standing {
        case .unknown: "not spoken to yet"
        case .plaintext: "in clear"
        case .unsigned: "encrypted, unsigned"
        case .signed: "signed"
        case .bogus: "its signatures are wrong"
        case .mismatch: "not who it should be"
        }
    }

    private static func decision(_ record: PeerRecord) -> String {
        let decision = record.decision
        var words: [String] = []
        if decision.verifiedAt != nil { words.append("verified") }
        if decision.holdsMail { words.append("mail held") }
        if decision.holdsOnDifference { words.append("watched") }
        return words.isEmpty ? "" : "  (\(words.joined(separator: ", ")))"
    }

    private static func time(_ seconds: Int64) -> String { CivilTime.text(Timestamp(seconds: seconds)) }
}
