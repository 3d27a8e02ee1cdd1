import InternetMessage
import NameResolution
import SMTP
import SenderAuthentication

/// A small world with policy records, and what there is to ask of it.
enum DMARCZone {
    /// Policy records by their domains: each is put at `_dmarc` below its domain.
    static func policies(_ records: [String: String]) -> ZoneResolver {
        var zone = ZoneResolver()
        for (domain, record) in records { zone.add(name("_dmarc.\(domain)"), .txt, .text([Array(record.utf8)])) }
        return zone
    }

    /// A name of the DNS; a test that writes one wrongly finds the root.
    static func name(_ text: String) -> DNSName { DNSName(text) ?? .root }

    /// A finding about a message of this author.
    static func evaluate(
        _ author: String, spf: String? = nil, dkim: [String] = [], undecided: [AuthenticatedIdentifier] = [],
        in resolver: any Resolver
    ) async -> DMARCFinding {
        let identifiers =
            (spf.map { [AuthenticatedIdentifier(.spf, name($0))] } ?? [])
            + dkim.map { AuthenticatedIdentifier(.dkim, name($0)) }
        return await DMARCEvaluator(resolver: resolver).evaluate(
            author: .success(AuthorDomain(name(author))), identifiers: identifiers, undecided: undecided)
    }

    /// A finding about a message with this header.
    static func evaluate(
        header: String, spf: String? = nil, dkim: [String] = [], in resolver: any Resolver
    ) async -> DMARCFinding {
        let identifiers =
            (spf.map { [AuthenticatedIdentifier(.spf, name($0))] } ?? [])
            + dkim.map { AuthenticatedIdentifier(.dkim, name($0)) }
        return await DMARCEvaluator(resolver: resolver).evaluate(
            HeaderSection(Array("\(header)\r\n\r\n".utf8)), identifiers: identifiers)
    }
}
