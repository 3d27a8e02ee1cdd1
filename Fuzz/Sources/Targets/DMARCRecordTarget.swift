import InternetMessage
import SMTP

@testable import SenderAuthentication

/// A policy record is read the same whatever is added to it that has no meaning, and holds no more than its limits
/// allow.
@Sendable func fuzzDMARCRecord(_ text: [UInt8]) {
    guard let record = DMARCRecord(text) else { return }
    require(DMARCTagList.isOfThisVersion(text), "\(shown(text)) is of another version, and was read")
    for addresses in [record.aggregateReports, record.failureReports] {
        require(
            addresses.count <= DMARCRecord.maximumReportAddresses, "more addresses than the limit in \(shown(text))")
        for address in addresses {
            require(Mailbox(address.mailbox.bytes) == address.mailbox, "\(shown(address.mailbox.bytes)) is no mailbox")
        }
    }
    if record.policy == nil {
        require(
            record.subdomainPolicy == nil && record.nonexistentSubdomainPolicy == nil, "a policy for subdomains alone")
        require(record.aggregateReports.isEmpty, "somebody to report to, and no policy, in \(shown(text))")
    }
    let added = text + Array("; ; bogus; zzzz = x ;".utf8)
    guard added.count <= DMARCTagList.maximumLength, DMARCTagList(text)?["zzzz"] == nil else { return }
    require(DMARCRecord(added) == record, "\(shown(added)) is read as something else")
    require(DMARCRecord(text + Array(";p=none;p=none".utf8)) == nil, "a tag twice in \(shown(text)) was overlooked")
}
