import ACME
import NameResolution
import SamotopHTTPS

/// `tls.acme:`, an authority that issues our certificate by itself (RFC 8555).
struct ACMESettings: Sendable, Hashable {
    enum Challenge: String, CaseIterable {
        case http = "http-01"
        case tls = "tls-alpn-01"
    }

    static let letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

    /// The URL of the authority's directory.
    var directory = letsEncrypt
    /// A mail address that the authority may write to.
    var contact: String?
    /// Whether the operator agrees to the authority's terms.
    var agreesToTerms = false
    /// What the certificate is for; empty: what this host is asked for by.
    var names: [String] = []
    var challenge = Challenge.http
    /// Where the challenge is answered.
    var listen: [ListenAddress] = []
    /// Whom to trust about the authority's own certificate; nil: the system's.
    var caFile: String?

    init() {}

    /// - Parameter isServingHTTPS: the challenge in TLS can be answered where HTTPS is served.
    init(_ reader: SectionReader, isServingHTTPS: Bool) {
        directory = reader.value("directory", Self.url) ?? directory
        contact = reader.value("contact", Self.address)
        agreesToTerms = reader.value("agree-to-terms", Choice.flag) ?? false
        names = reader.list("names", Name.domain) ?? []
        challenge = reader.value("challenge", Choice.of(Challenge.self)) ?? challenge
        listen = reader.list("listen", ListenAddress.parse) ?? usualAddresses(isServingHTTPS: isServingHTTPS)
        caFile = reader.value("ca-file", Name.path)
        if !agreesToTerms {
            reader.complain(
                "agree-to-terms", "must be true: read the authority's terms of service, and say that you agree to them")
        }
        reader.finish()
    }

    /// Port 80 or 443, which authorities ask at; nothing when HTTPS has that port.
    private func usualAddresses(isServingHTTPS: Bool) -> [ListenAddress] {
        if challenge == .tls, isServingHTTPS { return [] }
        let port: UInt16 = challenge == .http ? 80 : 443
        return ["0.0.0.0", "::"].compactMap { IPAddress($0).map { .tcp($0, port: port) } }
    }

    /// Complains when no authority would issue one certificate for so many names.
    static func checkNames(_ configuration: Configuration, _ root: SectionReader) {
        let count = configuration.acmeNames.count
        guard count > ACMEIssuance.maximumNames else { return }
        root.section("tls").section("acme").complain(
            "names",
            "\(count) names, and a certificate holds \(ACMEIssuance.maximumNames) at most; write those that need one, or get "
                + "it by another program and write tls.certificates")
    }

    private static func url(_ text: String) throws(Unfit) -> String {
        guard let address = HTTPSAddress(text), !address.isPlain else {
            throw Unfit(
                "not the directory of an authority: \(Quantity.quoted(text)); write a URL of https: with a host's name")
        }
        return text
    }

    private static func address(_ text: String) throws(Unfit) -> String {
        "\(try MailboxName.parse(text, in: nil))"
    }
}

extension Configuration {
    /// What the authority is asked for.
    var acmeNames: [String] {
        guard let acme = tls.acme else { return [] }
        guard acme.names.isEmpty else { return acme.names }
        let hosts = (policy.listen == nil ? [] : ["mta-sts"]) + (autoconfig.isOn ? ClientSettings.hosts : [])
        return [name] + domains.flatMap { domain in hosts.map { "\($0).\(domain.name)" } }
    }

    /// Where the pair that an authority issues is kept.
    var certificateFolder: CertificateFolder { CertificateFolder(state: state) }

    /// All pairs: those that are written, then the authority's.
    var certificatePairs: [TLSSettings.Pair] {
        tls.certificates + (tls.acme == nil ? [] : [certificateFolder.pair])
    }
}
