#if Web
    import NameResolution
    import SamotopCore
    import SamotopRelay
    import TransportSecurity

    /// What is known of a domain's servers, in plain words.
    struct PeerWords {
        let words: Words
        let now: Timestamp

        /// Whether mail to the domain is encrypted.
        func standing(_ record: PeerRecord?) -> View {
            let standing = record?.standing ?? .unknown
            return ["label": words("standing-\(standing.rawValue)"), "tone": Self.tone(standing)]
        }

        static func tone(_ standing: PeerStanding) -> String {
            switch standing {
            case .signed: "good"
            case .unsigned: "wait"
            case .plaintext, .bogus, .mismatch: "bad"
            case .unknown: "plain"
            }
        }

        func moment(_ seconds: Int64) -> View {
            Moment(timestamp: Timestamp(seconds: seconds), words: words).view(now: now)
        }

        /// A domain for people, with its other spelling if it has one.
        func names(_ domain: DNSName) -> View {
            let ascii = domain.text.lowercased()
            let unicode = Skeleton.unicode(ascii)
            return [
                "domain": VisibleText.of(ascii, limit: 255), "domainValue": domain.text,
                "domainPath": "/signatures/domain?name=\(domain.text.queryEncoded)",
                "spelled": ascii == unicode
                    ? nil : words("card-spelled", ["ascii": VisibleText.of(ascii), "unicode": VisibleText.of(unicode)]),
            ]
        }

        /// How it is proven: one line of words for each way that there is.
        func proofs(_ record: PeerRecord) -> [View] {
            var rows: [View] = []
            func add(_ label: String, _ value: String) { rows.append(["label": words(label), "value": value]) }
            let security = record.bogusCause == nil ? record.mailExchangeSecurity : .bogus
            add("peer-dnssec", words("dnssec-\(security?.rawValue ?? "unasked")"))
            if let signature = record.mailExchangeSignature { add("peer-dnssec-by", signed(signature)) }
            if let cause = record.bogusCause { add("peer-bogus", VisibleText.of(cause, limit: 300)) }
            let host = record.hosts.first
            if let host {
                if host.entries.isEmpty {
                    add("peer-dane", words("dane-\(host.dane?.rawValue ?? "unasked")"))
                } else {
                    let isMatched = host.entries.contains { TLSAMatch($0.attempt) == .matched }
                    let word = isMatched ? "peer-dane-matched" : "peer-dane-other"
                    add("peer-dane", words.count(word, host.entries.count))
                }
            }
            add("peer-mta-sts", words("mta-sts-\(record.policy?.mode.rawValue ?? "unknown")"))
            if let host, !host.authentications.isEmpty {
                let ways = host.authentications.map { words("authentication-\($0.rawValue)") }
                add("peer-proven-by", ways.joined(separator: "; "))
            }
            add("peer-level", words("level-\(record.level)"))
            return rows
        }

        /// By whom, and until when.
        func signed(_ signature: AnswerSignature) -> String {
            words(
                "peer-signed-until",
                [
                    "zone": VisibleText.of(signature.signer.text, limit: 255),
                    "time": Moment(timestamp: Timestamp(seconds: signature.expires), words: words).full,
                ])
        }

        /// TLSA records, each with what became of it.
        func records(_ entries: [DANEVerdict.Entry]) -> [View] {
            entries.map { entry in
                let match = TLSAMatch(entry.attempt)
                return ["record": "\(entry.record)", "match": words("tlsa-\(match.rawValue)"), "tone": match.tone]
            }
        }

        /// What a person decided.
        func decision(_ record: PeerRecord) -> View {
            let decision = record.decision
            return [
                "isVerified": decision.verifiedAt != nil,
                "verified": decision.verifiedAt.map { moment($0) },
                "verifiedBy": record.changes.first { $0.kind == .decision && $0.time == decision.verifiedAt }?.maker
                    .map { VisibleText.of($0) },
                "hasPins": !decision.pins.isEmpty,
                "pins": decision.pins.map { FingerprintText.of($0) },
                "isHeld": decision.holdsMail, "isWatched": decision.holdsOnDifference,
                "accepted": decision.acceptOnce.flatMap { $0.until >= now.seconds ? moment($0.until) : nil },
            ]
        }

        /// What changed, the newest first.
        func changes(_ record: PeerRecord) -> [View] {
            record.changes.map { change in
                [
                    "time": moment(change.time), "kind": words("change-\(change.kind.rawValue)"),
                    "host": change.host.map { VisibleText.of($0.text, limit: 255) },
                    "before": change.before.isEmpty ? nil : text(change.before, change.kind),
                    "after": text(change.after, change.kind),
                    "maker": change.maker.map { VisibleText.of($0) },
                    "tone": change.kind == .levelLowered || change.kind == .key
                        ? "wait" : change.kind == .decision ? "good" : "plain",
                ]
            }
        }

        /// A word of the catalogue for what the record has as a name of the program's; else the text itself.
        private func text(_ text: String, _ kind: PeerChange.Kind) -> String {
            let family: String? =
                switch kind {
                case .standing: "standing"
                case .levelRaised, .levelLowered: "level"
                case .mailExchangeSecurity: "dnssec"
                case .addressSecurity: "dane"
                case .decision: "decided"
                case .newHost, .records, .key, .policy, .dkimKey: nil
                }
            if kind == .key, let key = Fingerprint(text) { return FingerprintText.of(key) }
            guard let family else { return VisibleText.of(text, limit: 300) }
            let word = "\(family)-\(text.replacing(": ", with: "-").replacing(" ", with: "-"))"
            return words.names.contains(word) ? words(word) : VisibleText.of(text, limit: 300)
        }

        /// The mail that waits for the domain.
        func waiting(_ mail: WaitingMail, _ domain: DNSName) -> View? {
            guard mail.messages > 0 else { return nil }
            let number = Words.grouped(mail.messages) + (mail.isMore ? "+" : "")
            return [
                "label": mail.messages == 1 ? words("peer-waiting.one") : words("peer-waiting", ["count": number]),
                "held": mail.held > 0 ? words.count("peer-waiting-held", mail.held) : nil,
                "reasons": mail.reasons.map { VisibleText.of($0, limit: 300) },
                "path": "/queue?destination=\(domain.text.lowercased().queryEncoded)",
            ]
        }
    }

    /// A fingerprint that two people can read to each other: sixteen groups of four digits.
    enum FingerprintText {
        static func of(_ key: Fingerprint) -> String {
            let digits = Array(key.description)
            return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
                .joined(separator: " ")
        }
    }

    /// What became of a TLSA record when it was held against what the server presented.
    enum TLSAMatch: String {
        case matched, other, unvouched, unusable, untried

        init(_ attempt: DANEVerdict.Attempt) {
            switch attempt {
            case .matchedServer, .matchedAnchor: self = .matched
            case .noMatch: self = .other
            case .notVouchedFor: self = .unvouched
            case .unusable: self = .unusable
            case .notTried: self = .untried
            }
        }

        var tone: String {
            switch self {
            case .matched: "good"
            case .other, .unvouched: "wait"
            case .unusable, .untried: "plain"
            }
        }
    }
#endif
