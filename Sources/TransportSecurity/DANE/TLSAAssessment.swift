public import NameResolution

/// A TLSA record, and whether it counts for SMTP (RFC 7672 §3.1).
public struct TLSAAssessment: Sendable, Hashable, Codable {
    /// Why a record doesn't count.
    public enum Flaw: String, Sendable, Hashable, Codable {
        /// PKIX-TA(0) or PKIX-EE(1): senders of mail share no set of authorities that could be meant (RFC 7672 §3.1.3).
        case usagePKIX
        /// A certificate usage that nobody has defined.
        case unknownUsage
        /// A selector other than 0 and 1.
        case unknownSelector
        /// A matching type other than 0, 1 and 2.
        case unknownMatchingType
        /// A digest of the wrong length.
        case digestLength
        /// A whole certificate or key that can't be read, or is too long.
        case unreadable
        /// Another record of the same usage and selector has a stronger digest (RFC 7671 §9).
        case weakerDigest
    }

    /// Octets of a record's association data that are looked at; longer ones are ``Flaw/unreadable``.
    public static let maximumData = 16 << 10

    /// The record.
    public let record: TLSARecord
    /// Why it doesn't count; nil: it does.
    public let flaw: Flaw?

    /// Whether it counts.
    public var isUsable: Bool { flaw == nil }
}

extension TLSAAssessment.Flaw {
    /// The flaw in English.
    public var words: String {
        switch self {
        case .usagePKIX: "usages 0 and 1 do not count for mail"
        case .unknownUsage: "unknown usage"
        case .unknownSelector: "unknown selector"
        case .unknownMatchingType: "unknown matching type"
        case .digestLength: "the digest has the wrong length"
        case .unreadable: "the certificate or key in the record can't be read"
        case .weakerDigest: "another record has a stronger digest"
        }
    }
}
