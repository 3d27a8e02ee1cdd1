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
        if let security = record.mailExchangeSecurity {
            lines.append("  MX records: \(security.rawValue)\(signed(record.mailExchangeSignature))")
        }
        if let cause = record.bogusCause { lines.append("  wrong in its DNS: \(OneLine.escaped(cause))") }
        if let policy = record.policy { lines.append("  MTA-STS: \(policy.mode.rawValue)") }
        for host in record.hosts {
            lines.append(
                "  \(OneLine.escaped(host.name.text))  \(host.version?.rawValue ?? "no TLS")  seen \(time(host.lastSeen))"
            )
            if let dane = host.dane { lines.append("    DANE: \(dane.words)\(signed(host.signature))") }
            if !host.entries.isEmpty { lines.append("    TLSA records since \(time(host.recordsSince)):") }
            lines += host.entries.map(tlsa)
            if let key = host.chain.first {
                lines.append("    key \(key)\(host.provenKeys.contains(key) ? ", proven" : "")")
            }
        }
        if let offered = record.offered {
            let (host, why) = (OneLine.escaped(offered.host.text), OneLine.escaped(offered.words))
            lines.append("  \(host)  got no mail at \(time(offered.time)): \(why)")
            lines += offered.records.map(tlsa)
            if let key = offered.chain.first { lines.append("    key \(key)") }
        }
        for key in record.dkimKeys {
            lines.append(
                "  DKIM \(OneLine.escaped(key.selector))  \(OneLine.escaped(key.algorithm)) \(key.bits)  \(key.key)  seen \(time(key.firstSeen)) to \(time(key.lastSeen))"
            )
        }
        for pin in record.decision.pins { lines.append("  pinned by you: \(pin)") }
        if let verified = record.decision.verifiedAt { lines.append("  verified by you: \(time(verified))") }
        if record.decision.holdsMail { lines.append("  mail is held until: samotop signatures release") }
        if record.decision.holdsOnDifference { lines.append("  mail is held when anything differs") }
        if let once = record.decision.acceptOnce {
            let kept = once.isLasting ? ", and what is seen with it is kept" : ""
            lines.append("  one message may go until \(time(once.until))\(kept)")
        }
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

    private static func signed(_ signature: AnswerSignature?) -> String {
        signature.map { ", signed by \(OneLine.escaped($0.signer.text)) until \(time($0.expires))" } ?? ""
    }

    private static func tlsa(_ entry: DANEVerdict.Entry) -> String {
        "    TLSA \(entry.record): \(entry.attempt.words)"
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
