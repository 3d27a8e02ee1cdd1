import Foundation
import InternetMessage
import NameResolution
import SMTP
import SenderAuthentication
import TransportSecurity

/// Writes reports: JSON or XML, gzip, and the message around it.
struct ReportWriter: Sendable {
    /// Why there is none.
    struct Failure: Error {
        let cause: String
    }

    struct Written {
        let id: String
        let gzip: [UInt8]
        /// Nil: nobody gets it by mail.
        let message: OutgoingReport?
    }

    /// Fields of a TLS report, which its signature must cover.
    private static let tlsFields = ["TLS-Report-Domain", "TLS-Report-Submitter"].compactMap {
        HeaderFieldName(Array($0.utf8))
    }

    let sender: ReportSender
    let signer: DKIMSigner?
    let random: @Sendable () -> UInt64

    func tls(
        _ period: TLSReportPeriod, subject: ReportSubject, to recipients: [Mailbox], now: Int64
    ) throws(Failure) -> Written {
        let id = identifier(subject, variant: [])
        let report = TLSReport(
            organizationName: sender.organization, contact: sender.address, id: id, period: period)
        let gzip = try packed(report.json)
        if recipients.isEmpty { return Written(id: id, gzip: gzip, message: nil) }
        let mail = try mail(.tls, subject, id: id, end: period.end)
        return Written(
            id: id, gzip: gzip, message: try message(mail, gzip, subject: subject, to: recipients, now: now))
    }

    func dmarc(
        _ period: DMARCReportPeriod, subject: ReportSubject, to recipients: [Mailbox], now: Int64
    ) throws(Failure) -> OutgoingReport {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Two records of one day are two reports, that each has its own name.
        guard let record = try? period.entries.first.map({ try encoder.encode($0.row.record) }) else {
            throw Failure(cause: "its policy can't be written")
        }
        let id = identifier(subject, variant: Array(record))
        let reporter = DMARCAggregateReport.Reporter(
            organization: sender.organization, contact: sender.address, generator: sender.generator)
        let gzip = try packed(DMARCAggregateReport(period, by: reporter, identifier: id).xml)
        let mail = try mail(.dmarcAggregate, subject, id: id, end: period.end)
        return try message(mail, gzip, subject: subject, to: recipients, now: now)
    }

    private func packed(_ octets: [UInt8]) throws(Failure) -> [UInt8] {
        guard let gzip = Gzip.compress(octets) else { throw Failure(cause: "no memory to compress it") }
        guard gzip.count <= sender.maximumReport else {
            throw Failure(cause: "it has \(gzip.count) octets, \(sender.maximumReport) are sent at most")
        }
        return gzip
    }

    /// `left@right`, the same for the same subject. What it is about stands in the report; here only a number of it, so that no
    /// name is too long.
    private func identifier(_ subject: ReportSubject, variant: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array(subject.domain.text.lowercased().utf8) + [0] + variant {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return "\(subject.kind.rawValue).\(subject.begin).\(String(hash, radix: 36))@\(sender.domain.text.lowercased())"
    }

    private func mail(
        _ kind: ReportMail.Kind, _ subject: ReportSubject, id: String, end: Int64
    ) throws(Failure) -> ReportMail {
        guard let policyDomain = DomainName(subject.domain.text), let submitter = DomainName(sender.domain.text),
            let mail = ReportMail(
                kind, policyDomain: policyDomain, submitter: submitter, reportID: id, begin: subject.begin, end: end)
        else { throw Failure(cause: "a name can't stand in a message") }
        return mail
    }

    private func message(
        _ mail: ReportMail, _ gzip: [UInt8], subject: ReportSubject, to recipients: [Mailbox], now: Int64
    ) throws(Failure) -> OutgoingReport {
        var source = RandomSource(next64: random)
        let built: Message
        do throws(MessageBuilderError) {
            built = try mail.message(
                from: sender.contact, to: recipients.map { NamedMailbox($0) },
                date: InternetDate(secondsSince1970: now), gzip: gzip
            )
            .messageID("<\(mail.reportID)>")
            // RFC 3834 §5: nobody's programs are to answer it.
            .header("Auto-Submitted", .structured("auto-generated"))
            .envelope(MessageEnvelope(reversePath: sender.reversePath, forwardPaths: recipients))
            .build(using: &source)
        } catch {
            throw Failure(cause: "its message can't be built: \(error)")
        }
        return OutgoingReport(
            subject: subject, id: mail.reportID, reversePath: built.envelope.reversePath,
            recipients: built.envelope.forwardPaths, octets: try signed(built.bytes, now: now))
    }

    private func signed(_ message: [UInt8], now: Int64) throws(Failure) -> [UInt8] {
        guard var signer else { return message }
        signer.signedNames += Self.tlsFields
        var reader = SignedMessageReader(bodyHashes: [signer.bodyHash])
        reader.push(message)
        do throws(DKIMSigner.Failure) {
            return try signer.sign(reader.finish(), now: now).raw + message
        } catch {
            throw Failure(cause: "its message can't be signed: \(error)")
        }
    }
}

private struct RandomSource: RandomNumberGenerator {
    let next64: @Sendable () -> UInt64
    mutating func next() -> UInt64 { next64() }
}
