import TransportSecurity

/// `submission.client-certificates:`, who signs in by a certificate of their own.
struct ClientCertificateSettings: Sendable, Hashable {
    /// Authorities that say whose a certificate is; nil: none.
    var caFile: String?
    /// Certificates by the account's address in lower case.
    var accounts: [String: [Fingerprint]] = [:]

    init() {}

    init(_ reader: SectionReader) {
        caFile = reader.value("ca-file", Name.path)
        let section = reader.section("accounts")
        for account in section.keys {
            let entry = section.section(account)
            let certificates = entry.list("certificates", Self.fingerprint) ?? []
            if certificates.isEmpty {
                entry.complain("certificates", "no certificate; write sha256: and 64 hexadecimal digits, or remove it")
            }
            entry.finish()
            accounts[account.lowercased(), default: []] += certificates
        }
        section.finish()
        reader.finish()
    }

    /// `sha256:` and what `openssl x509 -fingerprint -sha256` prints.
    static func fingerprint(_ text: String) throws(Unfit) -> Fingerprint {
        guard text.lowercased().hasPrefix("sha256:"), let fingerprint = Fingerprint(String(text.dropFirst(7))) else {
            throw Unfit(
                """
                not the fingerprint of a certificate: \(Quantity.quoted(text)); write sha256: and 64 hexadecimal digits (openssl x509 \
                -noout -fingerprint -sha256 -in FILE)
                """)
        }
        return fingerprint
    }
}
