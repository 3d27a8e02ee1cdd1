import NameResolution
import TransportSecurity

extension DANEFinding {
    /// What is found of a server with these signed records.
    static func of(
        _ host: String = "mx.example.org", _ records: [TLSARecord], domain: String = "example.org",
        mx: SecurityStatus = .secure
    ) async throws -> DANEFinding {
        let resolver = FixedResolver([
            "\(host.lowercased()) A": try .address(), "_25._tcp.\(host.lowercased()) TLSA": .tlsa(records),
        ])
        return await DANELookup(resolver: resolver).find(
            try name(host), from: .mailExchange(domain: try name(domain), expanded: nil, security: mx))
    }

    static func of(records: String..., mx: SecurityStatus = .secure) async throws -> DANEFinding {
        try await .of("mx.example.org", try records.map { try TLSARecord($0) }, mx: mx)
    }

    /// What is found of a server whose addresses are not signed.
    static func unsigned(_ host: String = "mx.example.org", mx: SecurityStatus = .insecure) async throws -> DANEFinding
    {
        let resolver = FixedResolver(["\(host) A": try .address(.insecure)])
        return await DANELookup(resolver: resolver).find(
            try name(host), from: .mailExchange(domain: try name("example.org"), expanded: nil, security: mx))
    }
}
