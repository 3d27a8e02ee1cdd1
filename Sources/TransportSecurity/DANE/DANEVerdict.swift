public import NameResolution

/// Which TLSA record the certificates that a server presented match, and why the others don't (RFC 7671 §4, RFC 7672
/// §3).
public struct DANEVerdict: Sendable, Hashable, Codable {
    /// What became of one record.
    public enum Attempt: Sendable, Hashable, Codable {
        /// It doesn't count.
        case unusable(TLSAAssessment.Flaw)
        /// It is the server's certificate or key (usage 3).
        case matchedServer
        /// It is the trust anchor (usage 2), presented at this depth (the server's certificate has depth 0) or, with
        /// nil, only in the record; and it vouches for the server's certificate.
        case matchedAnchor(depth: Int?)
        /// No certificate that was presented is the one it tells of.
        case noMatch
        /// It is a certificate at this depth, or one of its own; but nothing leads from there to the server's
        /// certificate.
        case notVouchedFor(depth: Int?, PathFlaw)
        /// Another record matched first.
        case notTried
    }

    /// The record and what became of it.
    public struct Entry: Sendable, Hashable, Codable {
        public let record: TLSARecord
        public let attempt: Attempt

        init(record: TLSARecord, attempt: Attempt) {
            self.record = record
            self.attempt = attempt
        }

        /// Of a record that no certificate was held against.
        init(unheld assessment: TLSAAssessment) {
            self.init(record: assessment.record, attempt: assessment.flaw.map(Attempt.unusable) ?? .notTried)
        }
    }

    /// Every record of the finding, in its order.
    public let entries: [Entry]
    /// The record that matched: its place in ``entries``.
    public let matched: Int?
    /// The key of the server's certificate; nil when there is none that can be read.
    public let keyFingerprint: Fingerprint?

    /// Whether the server is the one that the records tell of.
    public var isAuthenticated: Bool { matched != nil }
}

extension DANEVerdict.Attempt {
    /// What became of the record in English.
    public var words: String {
        switch self {
        case .unusable(let flaw): flaw.words
        case .matchedServer: "this is the server's certificate"
        case .matchedAnchor(let depth?): "certificate \(depth) of the chain vouches for the server's"
        case .matchedAnchor(nil): "the authority in the record vouches for the server's certificate"
        case .noMatch: "no certificate of the server matches"
        case .notVouchedFor(let depth?, let flaw): "certificate \(depth) of the chain matches, but: \(flaw.words)"
        case .notVouchedFor(nil, let flaw): "the authority in the record doesn't vouch: \(flaw.words)"
        case .notTried: "not needed"
        }
    }
}
