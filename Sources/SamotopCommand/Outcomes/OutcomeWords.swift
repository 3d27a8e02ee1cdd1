import SamotopQueue

/// "Is it encrypted?", in words that stay: people read them, and `samotop why --json` reads them back.
enum OutcomeWords {
    /// In which way a delivery went.
    static func way(_ tls: DeliveredTLS?, isLocal: Bool) -> String {
        if isLocal { return "in a mailbox of this server" }
        guard let tls else { return "in clear" }
        return "\(tls.version), \(verified(tls.verifiedBy))"
    }

    private static func verified(_ how: DeliveredTLS.Verification) -> String {
        switch how {
        case .dane: "verified by DANE"
        case .mtaSTS: "verified by MTA-STS"
        case .pkix: "verified by PKIX"
        case .person: "verified by a person"
        case .none: "not verified"
        }
    }

    /// The TLS that such words tell of; nil: none.
    static func tls(in words: String) -> DeliveredTLS? {
        guard words.hasPrefix("TLSv"), let comma = words.firstRange(of: ", ") else { return nil }
        let rest = words[comma.upperBound...]
        guard let how = DeliveredTLS.Verification.allCases.first(where: { rest == verified($0) }) else { return nil }
        return DeliveredTLS(version: String(words[..<comma.lowerBound]), verifiedBy: how)
    }

    /// Why it wasn't delivered; no address.
    static func cause(_ outcome: QueueOutcome) -> String {
        switch outcome.kind {
        case .delivered: way(outcome.tls, isLocal: outcome.isLocal)
        case .held: outcome.hold?.words ?? ""
        case .delayed, .failed, .expired, .suppressed:
            outcome.failure.map { failure in
                let reply = failure.reply.map { ", reply \($0.code)" } ?? ""
                return "\(failure.stage.word): \(failure.words) (\(failure.status)\(reply))"
            } ?? ""
        }
    }
}
