import NameResolution

/// An aggregate report (RFC 9990 §3.1), ready to be written.
public struct DMARCAggregateReport: Sendable, Hashable {
    /// Who reports.
    public struct Reporter: Sendable, Hashable {
        /// The name of the organisation.
        public var organization: String
        /// Whom to ask about the report: an address.
        public var contact: String
        /// The name and version of the program.
        public var generator: String?

        /// A reporter.
        public init(organization: String, contact: String, generator: String? = nil) {
            self.organization = organization
            self.contact = contact
            self.generator = generator
        }
    }

    /// Who reports.
    public var reporter: Reporter
    /// What distinguishes the report from the reporter's others about the domain: by RFC 9990 §3.5.1 a dot-atom, or
    /// two with `@` between them.
    public var identifier: String
    /// What is reported.
    public var period: DMARCReportPeriod

    /// A report.
    public init(_ period: DMARCReportPeriod, by reporter: Reporter, identifier: String) {
        self.reporter = reporter
        self.identifier = identifier
        self.period = period
    }

    /// The report by the schema of RFC 9990 App. A, in UTF-8. No recipient is named in it.
    public var xml: [UInt8] {
        var writer = XMLWriter()
        writer.element("feedback", attributes: #" xmlns="urn:ietf:params:xml:ns:dmarc-2.0""#) { writer in
            writer.element("version", "1.0")
            metadata(&writer)
            if let row = period.entries.first?.row { policyPublished(row, &writer) }
            for entry in period.entries { record(entry, &writer) }
        }
        return writer.bytes
    }

    private func metadata(_ writer: inout XMLWriter) {
        writer.element("report_metadata") { writer in
            writer.element("org_name", reporter.organization)
            writer.element("email", reporter.contact)
            writer.element("report_id", identifier)
            writer.element("date_range") { writer in
                writer.element("begin", String(period.begin))
                writer.element("end", String(period.end))
            }
            if let generator = reporter.generator { writer.element("generator", generator) }
        }
    }

    private func policyPublished(_ row: DMARCReportRow, _ writer: inout XMLWriter) {
        let record = row.record
        writer.element("policy_published") { writer in
            writer.element("domain", row.policyDomain.text)
            writer.element("discovery_method", "treewalk")
            writer.element("p", (record.policy ?? .none).rawValue)
            if let policy = record.subdomainPolicy { writer.element("sp", policy.rawValue) }
            if let policy = record.nonexistentSubdomainPolicy { writer.element("np", policy.rawValue) }
            let options = DMARCRecord.FailureOption.allCases.filter(record.failureOptions.contains)
            writer.element("fo", options.map(\.rawValue).joined(separator: ":"))
            writer.element("adkim", record.dkimAlignment.rawValue)
            writer.element("aspf", record.spfAlignment.rawValue)
            writer.element("testing", record.isTesting ? "y" : "n")
        }
    }

    private func record(_ entry: DMARCReportPeriod.Entry, _ writer: inout XMLWriter) {
        let row = entry.row
        writer.element("record") { writer in
            writer.element("row") { writer in
                writer.element("source_ip", row.source.description)
                writer.element("count", String(entry.count))
                writer.element("policy_evaluated") { writer in
                    writer.element("disposition", row.disposition.rawValue)
                    writer.element("dkim", row.isDKIMAligned ? "pass" : "fail")
                    writer.element("spf", row.isSPFAligned ? "pass" : "fail")
                    for reason in row.overrides {
                        writer.element("reason") { $0.element("type", reason.rawValue) }
                    }
                }
            }
            writer.element("identifiers") { writer in
                writer.element("header_from", row.headerFrom.text)
                writer.element("envelope_from", row.envelopeFrom?.text ?? "")
            }
            writer.element("auth_results") { writer in
                for result in row.dkim {
                    writer.element("dkim") { writer in
                        writer.element("domain", result.domain.text)
                        writer.element("selector", result.selector.text)
                        writer.element("result", result.result.rawValue)
                    }
                }
                guard let spf = row.spf else { return }
                writer.element("spf") { writer in
                    writer.element("domain", spf.domain.text)
                    writer.element("scope", "mfrom")
                    writer.element("result", spf.result.rawValue)
                }
            }
        }
    }
}
