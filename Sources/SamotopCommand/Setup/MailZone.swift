import NameResolution
import SamotopHTTPS
import SamotopSigning
import SenderAuthentication
import TransportSecurity

/// All that a domain publishes about its mail when this configuration serves it.
struct MailZone: Sendable {
    /// Where an authority's name in CAA records isn't its host's.
    private static let authorities = [
        "acme-v02.api.letsencrypt.org": "letsencrypt.org", "acme-staging-v02.api.letsencrypt.org": "letsencrypt.org",
        "acme.zerossl.com": "sectigo.com", "dv.acme-v02.api.pki.goog": "pki.goog", "api.buypass.com": "buypass.com",
    ]

    let domain: DNSName
    /// This host.
    let host: DNSName
    /// Its addresses.
    let addresses: [IPAddress]
    let records: [ZoneRecord]

    /// - Parameters:
    ///   - addresses: those of this host that others reach it by.
    ///   - keys: the keys that sign the domain's mail.
    ///   - served: SHA-256 of the public keys that this host shows in TLS, or will.
    init?(
        _ domain: DNSName, _ configuration: Configuration, addresses: [IPAddress], keys: [SigningKey],
        served: [[UInt8]]
    ) {
        guard let host = DNSName(configuration.name) else { return nil }
        self.domain = domain
        self.host = host
        self.addresses = addresses
        let isInside = host == domain || host.suffix(domain.labelCount) == domain
        var records = addresses.map { ZoneRecord.address(host, $0) }
        records.append(.mailExchange(domain, 10, host))
        records.append(.text(domain, "v=spf1 mx -all"))
        // RFC 7208 §2.3: who greets with the host's name, as notifications do.
        if isInside, host != domain { records.append(.text(host, "v=spf1 a -all")) }
        for key in keys {
            guard let owner = domain.prefixed(by: "\(key.selector.text)._domainkey") else { continue }
            records.append(.text(owner, key.key.record.strings.map { String(decoding: $0, as: UTF8.self) }.joined()))
        }
        let reports = configuration.reports.addresses(of: domain) ?? "postmaster@\(domain.text)"
        records += Self.texts(domain, configuration, reports)
        if let owner = host.prefixed(by: "_25._tcp") { records += served.map { .tlsa(owner, $0) } }
        records += Self.services(domain, host, configuration)
        if let authority = Self.authority(configuration) { records.append(.authority(host, authority)) }
        self.records = records
    }

    private static func texts(_ domain: DNSName, _ configuration: Configuration, _ reports: String) -> [ZoneRecord] {
        var records: [ZoneRecord] = []
        func add(_ prefix: String, _ value: String) {
            if let owner = domain.prefixed(by: prefix) { records.append(.text(owner, value)) }
        }
        add("_dmarc", "v=DMARC1; p=reject; rua=mailto:\(reports)")
        add("_smtp._tls", "v=TLSRPTv1; rua=mailto:\(reports)")
        let policies = try? PolicyServing.policies(configuration, configuration.policy, configuration.name)
        if configuration.policy.listen != nil, let policy = policies?[domain] {
            add("_mta-sts", String(decoding: policy.record, as: UTF8.self))
        }
        return records
    }

    private static func services(_ domain: DNSName, _ host: DNSName, _ configuration: Configuration) -> [ZoneRecord] {
        var records: [ZoneRecord] = []
        func alias(_ name: String) {
            // What is the host itself has an address.
            if let owner = domain.prefixed(by: name), owner != host { records.append(.alias(owner, host)) }
        }
        func service(_ name: String, _ port: UInt16?) {
            guard let owner = domain.prefixed(by: name) else { return }
            records.append(.service(owner, port.map { (host, $0) }))
        }
        if configuration.policy.listen != nil { alias("mta-sts") }
        if configuration.autoconfig.isOn {
            for name in ClientSettings.hosts { alias(name) }
            service("_autodiscover._tcp", 443)
        }
        service("_submissions._tcp", configuration.submissionPort(.implicit))
        service("_submission._tcp", configuration.submissionPort(.starttls))
        // Mailboxes are read by another program, if by any.
        let imap = configuration.autoconfig.imap
        for (name, security) in [("_imaps._tcp", MailServerPlace.Security.implicit), ("_imap._tcp", .starttls)] {
            guard let owner = domain.prefixed(by: name) else { continue }
            let place = imap?.security == security ? imap : nil
            records.append(.service(owner, place.flatMap { place in DNSName(place.host).map { ($0, place.port) } }))
        }
        for name in ["_pop3s._tcp", "_pop3._tcp"] { service(name, nil) }
        return records
    }

    /// The value of the host's CAA record; nil: it isn't known who issues.
    private static func authority(_ configuration: Configuration) -> String? {
        guard let acme = configuration.tls.acme, let host = acme.directoryHost, let name = authorities[host] else {
            return nil
        }
        let account = configuration.certificateFolder.account().map { "; accounturi=\($0)" } ?? ""
        return "\(name); validationmethods=\(acme.challenge.rawValue)\(account)"
    }

    /// The text to paste: what belongs into the domain's own zone, then what belongs into another.
    var lines: [String] {
        func isInside(_ name: DNSName) -> Bool { name.suffix(domain.labelCount) == domain }
        let inside = records.filter { isInside($0.owner) }
        let outside = records.filter { !isInside($0.owner) }
        var lines = ["; For the zone of \(domain.text):"] + inside.map(\.line)
        if !outside.isEmpty { lines += ["; For the zone that has \(host.text):"] + outside.map { "; \($0.line)" } }
        return lines
    }

    /// The zones of all domains of a configuration.
    static func zones(_ configuration: Configuration, addresses: [IPAddress]) throws(StartFailure) -> [MailZone] {
        let keys = try OutgoingSigning.keys(of: configuration)
        let served = ServedKeys.digests(of: configuration)
        return configuration.domains.compactMap { domain in
            DNSName(domain.name).flatMap {
                MailZone($0, configuration, addresses: addresses, keys: keys[$0] ?? [], served: served)
            }
        }
    }
}

extension Configuration {
    /// The port at which users' programs send, with this kind of TLS; nil: none.
    func submissionPort(_ tls: ListenerSettings.TLS) -> UInt16? {
        let listeners = listeners.filter { $0.role == .submission && $0.tls == tls }
        guard let listener = listeners.first else { return nil }
        for case .tcp(_, let port) in listener.addresses where port > 0 { return port }
        return tls == .implicit ? 465 : 587
    }
}

extension ReportSettings {
    /// Where others' reports about a domain come in.
    fileprivate func addresses(of domain: DNSName) -> String? {
        receive.first { $0.domain == domain.text }.map { "\($0)" }
    }
}

extension ACMESettings {
    /// In lower case.
    fileprivate var directoryHost: String? {
        let rest = directory.lowercased().dropFirst("https://".count)
        return rest.split(whereSeparator: { "/:?".contains($0) }).first.map(String.init)
    }
}
