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

    init() {}

    init(_ reader: SectionReader) {
        certificates = reader.sections("certificates").compactMap { section in
            let certificate = section.required(
                "certificate", "write the path of the PEM file with the chain", Name.path)
            let key = section.required("key", "write the path of the PEM file with the private key", Name.path)
            section.finish()
            guard let certificate, let key else { return nil }
            return Pair(certificate: certificate, key: key)
        }
        minimumVersion = reader.value("minimum-version", Choice.of(Version.self)) ?? minimumVersion
        reader.finish()
    }
}
