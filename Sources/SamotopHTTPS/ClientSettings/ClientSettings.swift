public import NameResolution

/// Tells mail programs their settings, so that people need not know them: Thunderbird's autoconfig, and autodiscover as Outlook asks it.
///
/// Nobody learns from it which addresses there are: every address of a domain gets the same.
public struct ClientSettings: Sendable, Hashable {
    /// Names in front of a domain under which it is asked for.
    public static let hosts = ["autoconfig", "autodiscover"]

    private static let autoconfig = ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"]
    private static let autodiscover = "/autodiscover/autodiscover.xml"
    private static let xml = "text/xml; charset=utf-8"

    /// This host, which is asked for all domains where a program was led here by an SRV record.
    let host: DNSName
    /// Domains whose settings these are.
    let domains: Set<DNSName>
    /// Servers to send by, the best first.
    let outgoing: [MailServerPlace]
    /// Where mail is read by IMAP; nil: it isn't told.
    let imap: MailServerPlace?

    /// The same settings for all domains.
    public init(host: DNSName, domains: Set<DNSName>, outgoing: [MailServerPlace], imap: MailServerPlace?) {
        self.host = host
        self.domains = domains
        self.outgoing = outgoing
        self.imap = imap
    }

    /// What is there for a request; nil: nothing.
    public func page(_ request: PageRequest) -> ServedPage? {
        if Self.autoconfig.contains(request.path), request.body == nil, let domain = domain(of: request.host) {
            return ServedPage(contentType: Self.xml, body: Array(autoconfig(domain).utf8))
        }
        guard request.path.lowercased() == Self.autodiscover, let body = request.body,
            request.host == host || domain(of: request.host) != nil, let address = Self.address(in: body),
            let at = address.lastIndex(of: "@"), let domain = DNSName(String(address[address.index(after: at)...])),
            domains.contains(domain)
        else { return nil }
        return ServedPage(contentType: Self.xml, body: Array(autodiscover(address).utf8))
    }

    /// The domain that is asked about: the host itself, or what is behind `autoconfig.` or `autodiscover.`.
    private func domain(of host: DNSName) -> DNSName? {
        if domains.contains(host) { return host }
        guard let parent = host.parent, domains.contains(parent),
            Self.hosts.contains(where: { parent.prefixed(by: $0) == host })
        else { return nil }
        return parent
    }

    /// The address that a program asks about.
    private static func address(in body: [UInt8]) -> String? {
        guard let document = StrictXML(body),
            let address = document.text(at: ["Autodiscover", "Request", "EMailAddress"]), address.utf8.count <= 254,
            address.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { return nil }
        return address
    }

    /// https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html, version 1.1.
    private func autoconfig(_ domain: DNSName) -> String {
        func server(_ tag: String, _ type: String, _ place: MailServerPlace) -> String {
            """
                <\(tag) type="\(type)">
                  <hostname>\(place.host)</hostname>
                  <port>\(place.port)</port>
                  <socketType>\(place.security == .implicit ? "SSL" : "STARTTLS")</socketType>
                  <authentication>password-cleartext</authentication>
                  <username>%EMAILADDRESS%</username>
                </\(tag)>

            """
        }
        let name = StrictXML.escaped(domain.text)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <clientConfig version="1.1">
              <emailProvider id="\(name)">
                <domain>\(name)</domain>
                <displayName>\(name)</displayName>
                <displayShortName>\(name)</displayShortName>

            """ + (imap.map { server("incomingServer", "imap", $0) } ?? "")
                + outgoing.map { server("outgoingServer", "smtp", $0) }.joined()
                + "  </emailProvider>\n</clientConfig>\n"
    }

    /// [MS-OXDSCLI] §2.2.4.
    private func autodiscover(_ address: String) -> String {
        func server(_ type: String, _ place: MailServerPlace) -> String {
            let encryption = place.security == .implicit ? "SSL" : "TLS"
            return """
                      <Protocol>
                        <Type>\(type)</Type>
                        <Server>\(place.host)</Server>
                        <Port>\(place.port)</Port>
                        <LoginName>\(StrictXML.escaped(address))</LoginName>
                        <DomainRequired>off</DomainRequired>
                        <SPA>off</SPA>
                        <SSL>on</SSL>
                        <Encryption>\(encryption)</Encryption>
                        <AuthRequired>on</AuthRequired>
                      </Protocol>

                """
        }
        let schemas = "http://schemas.microsoft.com/exchange/autodiscover"
        return """
            <?xml version="1.0" encoding="utf-8"?>
            <Autodiscover xmlns="\(schemas)/responseschema/2006">
              <Response xmlns="\(schemas)/outlook/responseschema/2006a">
                <Account>
                  <AccountType>email</AccountType>
                  <Action>settings</Action>

            """ + (imap.map { server("IMAP", $0) } ?? "") + (outgoing.first.map { server("SMTP", $0) } ?? "")
                + "    </Account>\n  </Response>\n</Autodiscover>\n"
    }
}
