public import InternetMessage
public import NameResolution

extension MessageFindings {
    /// The row of the aggregate report that this message is counted in; nil when nobody asked for one.
    ///
    /// - Parameters:
    ///   - source: the client's address.
    ///   - spf: evidence of ``SPFFinding/authenticationResult``'s form.
    ///   - isRefused: whether the message was refused because of its policy.
    public func reportRow(source: IPAddress, spf: [AuthenticationResult], isRefused: Bool) -> DMARCReportRow? {
        let mailFrom = spf.last { $0.method == .spf && $0.value(.smtp, .mailfrom) != nil }
        let envelopeFrom = mailFrom?.value(.smtp, .mailfrom).flatMap { DNSName(internationalized: $0) }
        let spfRow = envelopeFrom.flatMap { domain in
            (mailFrom?.result).flatMap {
                DMARCReportRow.SPF.Result(rawValue: String(decoding: $0.bytes, as: UTF8.self))
            }
            .map { DMARCReportRow.SPF(domain: domain, result: $0) }
        }
        var overrides: [DMARCReportRow.Override] = []
        if dmarc.disposition != .none, !isRefused {
            if isVouchedFor { overrides.append(.trustedForwarder) }
            if isFromList { overrides.append(.mailingList) }
        }
        return DMARCReportRow(
            dmarc, source: source, envelopeFrom: envelopeFrom, dkim: signatures.compactMap(Self.reported), spf: spfRow,
            applied: isRefused ? .reject : DMARCPolicy.none, overrides: overrides)
    }

    private static func reported(_ finding: DKIMFinding) -> DMARCReportRow.DKIM? {
        guard let domain = finding.domain, let selector = finding.selector,
            let result = DMARCReportRow.DKIM.Result(rawValue: finding.result.rawValue)
        else { return nil }
        return DMARCReportRow.DKIM(domain: domain, selector: selector, result: result)
    }
}
