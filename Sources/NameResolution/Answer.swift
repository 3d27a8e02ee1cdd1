/// What the DNS says to a question.
public struct Answer: Sendable, Hashable {
    /// What was found.
    public enum Outcome: Sendable, Hashable {
        /// Records of the type that was asked for; at least one.
        case records([RecordData])
        /// NODATA: the name exists and has no records of this type (RFC 2308 §2.2).
        case noData
        /// NXDOMAIN: neither the name nor anything below it exists (RFC 8020).
        case noSuchName
        /// Nobody knows: try again later. Never to be taken for an empty answer.
        case failure(Failure)
    }

    /// Why there is no answer.
    public enum Failure: String, Sendable, Hashable, Error {
        /// SERVFAIL, REFUSED and the like.
        case serverFailure
        /// No answer in time.
        case timeout
        /// DNSSEC validation failed: somebody may be lying (RFC 4035 §4.3).
        case bogus
        /// The answer can't be understood.
        case malformed
        /// The question could not be asked at all.
        case unavailable
    }

    /// What was found.
    public var outcome: Outcome
    /// What DNSSEC says of it, the whole path of aliases included.
    public var security: SecurityStatus
    /// Seconds for which the answer holds.
    public var timeToLive: UInt32
    /// The names that CNAME records led to, in order; empty when there were none.
    public var aliases: [DNSName]
    /// Who signed the records; nil where that isn't known.
    public var signature: AnswerSignature?
    /// Why validation failed, in the validator's English words, names and addresses of servers included; nil where it didn't.
    public var bogusCause: String?

    /// An answer.
    public init(
        _ outcome: Outcome, security: SecurityStatus = .indeterminate, timeToLive: UInt32 = 0, aliases: [DNSName] = [],
        signature: AnswerSignature? = nil, bogusCause: String? = nil
    ) {
        self.outcome = outcome
        self.security = security
        self.timeToLive = timeToLive
        self.aliases = aliases
        self.signature = signature
        self.bogusCause = bogusCause
    }

    /// The records; none for ``Outcome/noData`` and ``Outcome/noSuchName``.
    ///
    /// - Throws: the failure, when there is no answer.
    public var records: [RecordData] {
        get throws(Failure) {
            switch outcome {
            case .records(let records): records
            case .noData, .noSuchName: []
            case .failure(let failure): throw failure
            }
        }
    }

    /// The TXT records, the strings of each joined (RFC 7208 §3.3, RFC 6376 §3.6.2.2).
    ///
    /// - Throws: the failure, when there is no answer.
    public var texts: [[UInt8]] {
        get throws(Failure) {
            try records.compactMap { record in
                if case .text(let strings) = record { Self.joined(strings) } else { nil }
            }
        }
    }

    private static func joined(_ strings: [[UInt8]]) -> [UInt8] {
        if strings.count == 1 { return strings[0] }
        var text: [UInt8] = []
        text.reserveCapacity(strings.reduce(0) { $0 + $1.count })
        for string in strings { text += string }
        return text
    }
}

/// What DNSSEC says of an answer (RFC 4035 §4.3). A bogus one is a ``Answer/Failure``: it is never handed on.
public enum SecurityStatus: String, Sendable, Hashable, Codable {
    /// Signed, from a trust anchor down to the answer.
    case secure
    /// Proven to be unsigned.
    case insecure
    /// Signed, and wrong.
    case bogus
    /// Nobody has looked.
    case indeterminate
}
