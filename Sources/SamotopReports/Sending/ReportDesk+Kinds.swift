import InternetMessage
import NameResolution
import SMTP
import SenderAuthentication
import TransportSecurity

extension ReportDesk {
    /// RFC 8460 §3: one record names the destinations; a report is delivered when one of them has it.
    func sendTLS(_ subject: ReportSubject, now: Int64, isDryRun: Bool) async throws -> ReportRun.Outcome {
        guard let period = try await counts.tls?.period(.init(domain: subject.domain, begin: subject.begin)) else {
            return .impossible("its counts can't be read")
        }
        guard let owner = subject.domain.prefixed(by: "_tls")?.prefixed(by: "_smtp") else { return .unwanted }
        let texts: [[UInt8]]
        do throws(Answer.Failure) { texts = try await resolver.texts(owner) } catch {
            return .postponed("the DNS: \(error.rawValue)")
        }
        guard let record = try? TLSReportRecord(texts: texts) else { return .unwanted }
        let (mailboxes, uris) = destinations(record)
        if mailboxes.isEmpty, uris.isEmpty { return .unwanted }
        let written: ReportWriter.Written
        do throws(ReportWriter.Failure) {
            written = try writer.tls(period, subject: subject, to: mailboxes, now: now)
        } catch {
            return .impossible(error.cause)
        }
        let targets = mailboxes.map { String(decoding: $0.bytes, as: UTF8.self) } + uris
        if isDryRun { return .wouldSend(id: written.id, to: targets) }
        var (reached, cause) = ([String](), "")
        if let message = written.message {
            do {
                try await once(subject.mark + "mail") { try await send(message) }
                reached += targets.prefix(mailboxes.count)
            } catch { cause = "\(error)" }
        }
        for uri in uris {
            do {
                try await once(subject.mark + uri) {
                    try await poster?.post(written.gzip, type: "application/tlsrpt+gzip", to: uri)
                }
                reached.append(uri)
            } catch { cause = "\(error)" }
        }
        return reached.isEmpty ? .postponed(ClaimedText.clean(cause)) : .sent(id: written.id, to: reached)
    }

    /// The addresses of mail; and those of HTTPS, if there is a way.
    private func destinations(_ record: TLSReportRecord) -> ([Mailbox], [String]) {
        var (mailboxes, uris) = ([Mailbox](), [String]())
        for destination in record.destinations {
            switch destination {
            case .mail(let address):
                if let mailbox = Mailbox(address), !mailboxes.contains(mailbox) { mailboxes.append(mailbox) }
            case .https(let uri): if poster != nil, !uris.contains(uri) { uris.append(uri) }
            }
        }
        return (mailboxes, uris)
    }

    /// RFC 9990 §4: to the addresses that the record has now and that want it. One report for each record of the day.
    func sendDMARC(_ subject: ReportSubject, now: Int64, isDryRun: Bool) async throws -> ReportRun.Outcome {
        let periods =
            try await counts.dmarc?.periods(.init(policyDomain: subject.domain, begin: subject.begin)) ?? []
        guard !periods.isEmpty else { return .impossible("its counts can't be read") }
        let addresses: [DMARCReportAddress]
        switch await DMARCReportDestinations(resolver: resolver).current(subject.domain) {
        case .wanted(let wanted): addresses = wanted
        case .unwanted: return .unwanted
        case .temperror: return .postponed("the DNS doesn't tell who wants it")
        }
        var messages: [OutgoingReport] = []
        do throws(ReportWriter.Failure) {
            for period in periods {
                messages.append(try writer.dmarc(period, subject: subject, to: addresses.map(\.mailbox), now: now))
            }
        } catch {
            return .impossible(error.cause)
        }
        let ids = messages.map(\.id).joined(separator: " ")
        let targets = addresses.map { String(decoding: $0.mailbox.bytes, as: UTF8.self) }
        if isDryRun { return .wouldSend(id: ids, to: targets) }
        do {
            for message in messages {
                try await once(subject.mark + message.id) { try await send(message) }
            }
        } catch {
            return .postponed(ClaimedText.clean("\(error)"))
        }
        return .sent(id: ids, to: targets)
    }
}
