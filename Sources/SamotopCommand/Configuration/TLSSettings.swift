/// `tls:`, certificates and protocol versions of all listeners.
struct TLSSettings: Sendable, Hashable {
    enum Version: String, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// A certificate chain and its key, as paths of PEM files.
    struct Pair: Sendable, Hashable {
        var certificate: String
        var key: String
    }

    /// The first one serves clients that ask for no name or an unknown one.
    var certificates: [Pair] = []
    /// RFC 8996: nothing older than 1.2 exists here.
    var minimumVersion = Version.tls12
    /// An authority that issues a certificate by itself.
    var acme: ACMESettings?

    /// Whether there is nothing to speak TLS with.
    var isEmpty: Bool { certificates.isEmpty && acme == nil }

    init() {}

    /// - Parameter isServingHTTPS: whether we listen for HTTPS ourselves.
    init(_ reader: SectionReader, isServingHTTPS: Bool) {
        certificates = reader.sections("certificates").compactMap { section in
            let certificate = section.required(
                "certificate", "write the path of the PEM file with the chain", Name.path)
            let key = section.required("key", "write the path of the PEM file with the private key", Name.path)
            section.finish()
            guard let certificate, let key else { return nil }
            return Pair(certificate: certificate, key: key)
        }
        minimumVersion = reader.value("minimum-version", Choice.of(Version.self)) ?? minimumVersion
        let authority = reader.section("acme")
        if reader.has("acme") { acme = ACMESettings(authority, isServingHTTPS: isServingHTTPS) }
        reader.finish()
    }
}
