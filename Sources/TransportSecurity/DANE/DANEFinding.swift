public import NameResolution

/// What the DNS says of DANE for one server, before anybody connects to it (RFC 7672 §2): which TLSA records its
/// certificate is to be held against, or why none.
public struct DANEFinding: Sendable, Hashable, Codable {
    /// What follows.
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// DANE says nothing of this server: others decide.
        case notApplicable
        /// The server must be authenticated by ``DANEFinding/records``.
        case authenticate
        /// There are records, and none that can be used: encrypt, and authenticate by nothing (RFC 7672 §2.2).
        case encrypt
        /// Nobody knows: this server is not to be used now (RFC 7672 §2.1.2). Never to be taken for ``notApplicable``.
        case postpone
    }

    /// Why.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// Signed TLSA records that can be used.
        case usableRecords
        /// Signed TLSA records, and none of a usage, selector and matching type that counts for SMTP.
        case onlyUnusableRecords
        /// Proven: there are no TLSA records.
        case noRecords
        /// The server's addresses are not signed, so that its TLSA records are not asked for (RFC 7672 §2.2.2).
        case insecureAddresses
        /// The TLSA records are not signed.
        case insecureRecords
        /// The MX records are not signed, and the caller wants no DANE then.
        case insecureMailExchange
        /// DNSSEC validation of the MX records failed.
        case bogusMailExchange
        /// The resolver doesn't say whether answers are signed.
        case notValidated
        /// The server has no address.
        case noAddress
        /// The name is too long for TLSA records below it.
        case nameTooLong
        /// The addresses could not be looked up.
        case addressFailure
        /// DNSSEC validation of the addresses failed.
        case bogusAddresses
        /// The TLSA records could not be looked up.
        case recordFailure
        /// DNSSEC validation of the TLSA records failed.
        case bogusRecords
        /// More TLSA records than are looked at.
        case tooManyRecords
    }

    /// TLSA records of a name that are looked at; a set with more of them is a ``Reason/tooManyRecords``.
    public static let maximumRecords = 100

    /// The server, as the MX record or a person named it.
    public let host: DNSName
    /// The port of the TLSA records.
    public let port: UInt16
    /// What follows.
    public let outcome: Outcome
    /// Why.
    public let reason: Reason
    /// DNSSEC status of the MX records; nil when the server came without any.
    public let mailExchangeSecurity: SecurityStatus?
    /// Who signed the MX records.
    public let mailExchangeSignature: AnswerSignature?
    /// DNSSEC status of the server's addresses; nil when nobody knows.
    public let addressSecurity: SecurityStatus?
    /// Who signed the TLSA records; without any, the server's addresses.
    public let signature: AnswerSignature?
    /// Why the signatures are wrong, in the resolver's words, with names and addresses of servers; 256 octets at most.
    public let bogusCause: String?
    /// The TLSA base domain (RFC 7672 §2.2.3): the server's name, or the one that its aliases lead to. Nil: no records
    /// were found.
    public let baseDomain: DNSName?
    /// All records of ``baseDomain``, each with what is wrong with it.
    public let records: [TLSAAssessment]
    /// Names of which the certificate must have one, where a record asks for a name (RFC 7672 §3.2.2): the TLSA base
    /// domain; the server's name, if signed aliases lead from it to the base domain; and, with signed MX records, the
    /// domain that mail is for and the name that its aliases lead to.
    public let referenceNames: [DNSName]
    /// Seconds for which all of this holds.
    public let timeToLive: UInt32

    /// What to ask the server for by SNI (RFC 7672 §8.1).
    public var serverName: DNSName { baseDomain ?? host }

    /// Whether it is proven that this server takes the domain's mail: its MX records are signed, or it came without
    /// any.
    public var isNextHopProven: Bool { mailExchangeSecurity == nil || mailExchangeSecurity == .secure }

    init(
        _ outcome: Outcome, _ reason: Reason, host: DNSName, port: UInt16, mailExchangeSecurity: SecurityStatus?,
        mailExchangeSignature: AnswerSignature? = nil, addressSecurity: SecurityStatus? = nil,
        signature: AnswerSignature? = nil, bogusCause: String? = nil, baseDomain: DNSName? = nil,
        records: [TLSAAssessment] = [], referenceNames: [DNSName] = [], timeToLive: UInt32 = 0
    ) {
        self.host = host
        self.port = port
        self.outcome = outcome
        self.reason = reason
        self.mailExchangeSecurity = mailExchangeSecurity
        self.mailExchangeSignature = mailExchangeSignature
        self.addressSecurity = addressSecurity
        self.signature = signature
        self.bogusCause = bogusCause?.prefix(octets: 256)
        self.baseDomain = baseDomain
        self.records = records
        self.referenceNames = referenceNames
        self.timeToLive = timeToLive
    }
}

extension DANEFinding.Reason {
    /// The reason in English.
    public var words: String {
        switch self {
        case .usableRecords: "signed TLSA records say which certificate the server has"
        case .onlyUnusableRecords: "signed TLSA records, and none of a kind that counts for mail"
        case .noRecords: "it is proven that there are no TLSA records"
        case .insecureAddresses: "the server's addresses are not signed"
        case .insecureRecords: "the TLSA records are not signed"
        case .insecureMailExchange: "the MX records are not signed"
        case .bogusMailExchange: "the DNSSEC signatures of the MX records are wrong"
        case .notValidated: "the resolver does not check DNSSEC"
        case .noAddress: "the server has no address"
        case .nameTooLong: "the server's name is too long for TLSA records"
        case .addressFailure: "the server's addresses could not be looked up"
        case .bogusAddresses: "the DNSSEC signatures of the server's addresses are wrong"
        case .recordFailure: "the TLSA records could not be looked up"
        case .bogusRecords: "the DNSSEC signatures of the TLSA records are wrong"
        case .tooManyRecords: "there are more TLSA records than are looked at"
        }
    }
}
