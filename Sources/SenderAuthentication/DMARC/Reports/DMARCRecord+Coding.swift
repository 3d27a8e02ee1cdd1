import InternetMessage
import SMTP

// What a report store keeps of a policy record. The same record always gives the same octets with sorted keys.

extension DMARCPolicy: Codable {}
extension DMARCRecord.AlignmentMode: Codable {}
extension DMARCRecord.PublicSuffix: Codable {}
extension DMARCRecord.FailureOption: Codable {}

extension DMARCReportAddress: Codable {
    private enum CodingKeys: CodingKey { case mailbox, size }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let mailbox = try container.decode(Mailbox.self, forKey: .mailbox)
        guard
            let address = DMARCReportAddress(
                mailbox, maximumSize: try container.decodeIfPresent(UInt64.self, forKey: .size))
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .mailbox, in: container, debugDescription: "no domain of the DNS")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mailbox, forKey: .mailbox)
        try container.encodeIfPresent(maximumSize, forKey: .size)
    }
}

extension DMARCRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case policy = "p"
        case subdomainPolicy = "sp"
        case nonexistentSubdomainPolicy = "np"
        case isTesting = "t"
        case publicSuffix = "psd"
        case dkimAlignment = "adkim"
        case spfAlignment = "aspf"
        case failureOptions = "fo"
        case aggregateReports = "rua"
        case failureReports = "ruf"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        policy = try container.decodeIfPresent(DMARCPolicy.self, forKey: .policy)
        subdomainPolicy = try container.decodeIfPresent(DMARCPolicy.self, forKey: .subdomainPolicy)
        nonexistentSubdomainPolicy = try container.decodeIfPresent(
            DMARCPolicy.self, forKey: .nonexistentSubdomainPolicy)
        isTesting = try container.decode(Bool.self, forKey: .isTesting)
        publicSuffix = try container.decode(PublicSuffix.self, forKey: .publicSuffix)
        dkimAlignment = try container.decode(AlignmentMode.self, forKey: .dkimAlignment)
        spfAlignment = try container.decode(AlignmentMode.self, forKey: .spfAlignment)
        failureOptions = Set(try container.decode([FailureOption].self, forKey: .failureOptions))
        aggregateReports = try container.decode([DMARCReportAddress].self, forKey: .aggregateReports)
        failureReports = try container.decode([DMARCReportAddress].self, forKey: .failureReports)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(policy, forKey: .policy)
        try container.encodeIfPresent(subdomainPolicy, forKey: .subdomainPolicy)
        try container.encodeIfPresent(nonexistentSubdomainPolicy, forKey: .nonexistentSubdomainPolicy)
        try container.encode(isTesting, forKey: .isTesting)
        try container.encode(publicSuffix, forKey: .publicSuffix)
        try container.encode(dkimAlignment, forKey: .dkimAlignment)
        try container.encode(spfAlignment, forKey: .spfAlignment)
        try container.encode(FailureOption.allCases.filter(failureOptions.contains), forKey: .failureOptions)
        try container.encode(aggregateReports, forKey: .aggregateReports)
        try container.encode(failureReports, forKey: .failureReports)
    }
}
