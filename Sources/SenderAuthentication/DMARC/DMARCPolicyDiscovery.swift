import NameResolution

/// Policy discovery (RFC 9989 §4.10.1): the record that applies to an author, and where it is.
struct DMARCPolicyDiscovery {
    /// Where the record is.
    let policyDomain: DNSName
    /// The record.
    let record: DMARCRecord
    /// The organisational domain of the author, once it is known.
    var organizationalDomain: DNSName?

    /// Looks at the author's domain, then at its organisational domain, then at the public suffix above that; nil
    /// when none of them has a record.
    init?(author: DNSName, by walk: inout DMARCTreeWalk) async throws(Answer.Failure) {
        if let record = try await walk.record(at: author) {
            policyDomain = author
            self.record = record
            organizationalDomain = nil
            return
        }
        let organization = try await walk.organization(of: author)
        let found =
            organization.records.first { $0.name == organization.domain }
            ?? organization.records.last { $0.record.publicSuffix == .yes }
        guard let found else { return nil }
        policyDomain = found.name
        record = found.record
        organizationalDomain = organization.domain
    }
}
