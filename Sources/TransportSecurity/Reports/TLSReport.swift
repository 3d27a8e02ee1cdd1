import InternetMessage
public import NameResolution

/// An aggregate report of one domain and day (RFC 8460 §4), as JSON.
public struct TLSReport: Sendable, Hashable {
    /// Who reports.
    public var organizationName: String
    /// An address for questions.
    public var contact: String
    /// A unique text.
    public var id: String
    /// What was counted.
    public var period: TLSReportPeriod

    /// A report.
    public init(organizationName: String, contact: String, id: String, period: TLSReportPeriod) {
        self.organizationName = organizationName
        self.contact = contact
        self.id = id
        self.period = period
    }

    /// The name of the file in a mail (RFC 8460 §5.1), before `.json` or `.json.gz`: who reports, about whom, from when
    /// to when.
    ///
    /// - Parameter sender: the domain that reports.
    public func fileName(sender: DNSName) -> String {
        "\(sender.text)!\(period.domain.text)!\(period.begin)!\(period.end)"
    }

    /// The report in JSON (RFC 8460 §4.4).
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { report in
            report.member("organization-name", organizationName)
            report.object("date-range") { range in
                range.member("start-datetime", InternetTimestamp.text(period.begin))
                range.member("end-datetime", InternetTimestamp.text(period.end))
            }
            report.member("contact-info", contact)
            report.member("report-id", id)
            report.array("policies", period.policies) { $0.write($1) }
        }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ counted: TLSReportPeriod.PolicyCount) {
        object("policy") { policy in
            policy.member("policy-type", counted.policy.kind.rawValue)
            if !counted.policy.strings.isEmpty { policy.strings("policy-string", counted.policy.strings) }
            policy.member("policy-domain", counted.policy.domain.text)
            if !counted.policy.hosts.isEmpty { policy.strings("mx-host", counted.policy.hosts) }
        }
        object("summary") { summary in
            summary.member("total-successful-session-count", counted.successes)
            summary.member("total-failure-session-count", counted.failed)
        }
        guard !counted.failures.isEmpty else { return }
        array("failure-details", counted.failures) { $0.write($1) }
    }

    fileprivate mutating func write(_ counted: TLSReportPeriod.FailureCount) {
        let failure = counted.failure
        member("result-type", failure.type.rawValue)
        if let address = failure.sendingAddress { member("sending-mta-ip", "\(address)") }
        if let host = failure.receivingHost { member("receiving-mx-hostname", host.text) }
        if let address = failure.receivingAddress { member("receiving-ip", "\(address)") }
        member("failed-session-count", counted.count)
        if let reason = failure.reason { member("failure-reason-code", reason) }
    }
}
