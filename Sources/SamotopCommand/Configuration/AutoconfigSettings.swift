import NameResolution
import SamotopHTTPS

/// `autoconfig:`, what mail programs are told of our servers.
struct AutoconfigSettings: Sendable, Hashable {
    var isOn = false
    /// Where mail is read, by whichever program serves it; nil: it isn't told.
    var imap: MailServerPlace?

    init() {}

    init(_ reader: SectionReader) {
        isOn = true
        imap = reader.value("imap", Self.place)
        reader.finish()
    }

    /// HOST:PORT; TLS from the first octet, but at port 143.
    private static func place(_ text: String) throws(Unfit) -> MailServerPlace {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1]),
            let place = MailServerPlace(
                host: try Name.domain(String(parts[0])), port: port, security: port == 143 ? .starttls : .implicit)
        else { throw Unfit("not a server: \(Quantity.quoted(text)); write HOST:PORT, like imap.example.org:993") }
        return place
    }
}

extension Configuration {
    /// What programs are told; nil: nothing.
    var clientSettings: ClientSettings? {
        guard autoconfig.isOn, let host = DNSName(name) else { return nil }
        let ways: [(ListenerSettings.TLS, MailServerPlace.Security)] = [(.implicit, .implicit), (.starttls, .starttls)]
        let outgoing = ways.compactMap { tls, security in
            submissionPort(tls).flatMap { MailServerPlace(host: name, port: $0, security: security) }
        }
        return ClientSettings(
            host: host, domains: Set(domains.compactMap { DNSName($0.name) }), outgoing: outgoing, imap: autoconfig.imap
        )
    }
}
