import InternetMessage
import SMTP
import Testing

@Suite struct ReportMailTests {
    static let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    static func report(_ kind: ReportMail.Kind, id: String = "735ff.e317@example.org") throws -> ReportMail {
        let policy = try #require(DomainName("Bücher.example"))
        let submitter = try #require(DomainName("mail.example.org"))
        return try #require(
            ReportMail(
                kind, policyDomain: policy, submitter: submitter, reportID: id, begin: 1_013_662_812, end: 1_013_749_130
            ))
    }

    static func message(_ kind: ReportMail.Kind) throws -> Message {
        try built(
            try report(kind).message(
                from: NamedMailbox(mailbox("reports@example.org")), to: [NamedMailbox(mailbox("tls@example.net"))],
                date: noon,
                gzip: gzip))
    }

    @Test("RFC 8460 §5.3: a TLS report")
    func tls() throws {
        let message = try Self.message(.tls)
        #expect(faults(of: message) == [])
        #expect(
            field(.subject, message)
                == "Report Domain: xn--bcher-kva.example Submitter: mail.example.org Report-ID: <735ff.e317@example.org>"
        )
        #expect(text(message.bytes).contains("\r\nTLS-Report-Domain: xn--bcher-kva.example\r\n"))
        #expect(text(message.bytes).contains("\r\nTLS-Report-Submitter: mail.example.org\r\n"))
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/report", "text/plain", "application/tlsrpt+gzip",
            ])
        #expect(text(read.entities[0].mediaType.parameters["report-type"]?.value) == "tlsrpt")
        #expect(read.content(of: read.entities[2]).bytes == Self.gzip)
        #expect(
            text(read.entities[2].disposition?.parameters["filename"]?.value)
                == "mail.example.org!xn--bcher-kva.example!1013662812!1013749130.json.gz")
    }

    @Test("RFC 9990 §3.5: an aggregate report of DMARC")
    func dmarc() throws {
        let message = try Self.message(.dmarcAggregate)
        #expect(faults(of: message) == [])
        let read = MIMEMessage(message.bytes)
        #expect(read.entities.map { text($0.mediaType.name) } == ["multipart/mixed", "text/plain", "application/gzip"])
        #expect(read.content(of: read.entities[2]).bytes == Self.gzip)
        #expect(
            text(read.entities[2].disposition?.parameters["filename"]?.value)
                == "mail.example.org!xn--bcher-kva.example!1013662812!1013749130.xml.gz")
        #expect(field(.subject, message)?.hasPrefix("Report Domain: xn--bcher-kva.example Submitter: ") == true)
    }

    @Test("I06: an identifier that could break the subject makes no report")
    func identifiers() throws {
        let name = try #require(DomainName("a.test"))
        for id in [
            "", "x", "a@b\r\n", "a b@c.test", "a@b> Bcc: <x", "a@b>", "<a@b>", "ä@b", "\"a\"@b",
            String(repeating: "x", count: 200) + "@b",
        ] {
            #expect(
                ReportMail(.tls, policyDomain: name, submitter: name, reportID: id, begin: 0, end: 1) == nil, "\(id)")
        }
        #expect(ReportMail(.tls, policyDomain: name, submitter: name, reportID: "a@b", begin: 2, end: 1) == nil)
        #expect(ReportMail(.tls, policyDomain: name, submitter: name, reportID: "a@b", begin: -1, end: 1) == nil)
        #expect(ReportMail(.tls, policyDomain: name, submitter: name, reportID: "a@b", begin: 0, end: .max) != nil)
    }
}
