import NameResolution
import SenderAuthentication

/// Looks at everything that a domain publishes about its mail.
struct DomainCheck: Sendable {
    let domain: DNSName
    let selectors: [DNSName]
    let resolver: any Resolver

    func findings() async -> [DomainFinding] {
        let (exchanges, found) = await mailExchanges()
        var findings = found
        findings.append(await spf(takesMail: exchanges != [.root]))
        for selector in selectors { findings.append(await dkim(selector)) }
        findings.append(await dmarc())
        for exchange in exchanges where exchange != .root { findings.append(await tlsa(exchange)) }
        findings.append(await tagged("MTA-STS", "_mta-sts", "v=STSv1", "v=STSv1; id=1"))
        findings.append(
            await tagged("TLSRPT", "_smtp._tls", "v=TLSRPTv1", "v=TLSRPTv1; rua=mailto:postmaster@\(domain)"))
        return findings
    }

    // MARK: MX

    /// The exchanges, best first, and what is to be said of them.
    private func mailExchanges() async -> ([DNSName], [DomainFinding]) {
        let records: [(preference: UInt16, exchange: DNSName)]
        do {
            records = try await resolver.mailExchanges(domain).sorted { $0.preference < $1.preference }
        } catch {
            return ([], [unknown("MX", error)])
        }
        if records.isEmpty {
            // RFC 5321 §5.1: the domain itself stands in.
            let text = "no MX record: mail goes to the address of \(domain) itself, if it has one"
            return ([domain], [missing("MX", text, domain.text, "10 mx.\(domain).")])
        }
        if records.count == 1, records[0].exchange == .root {
            return ([.root], [DomainFinding(subject: "MX", status: .ok, text: "null MX: takes no mail (RFC 7505)")])
        }
        var findings: [DomainFinding] = []
        for (preference, exchange) in records { findings.append(await exchangeFinding(preference, exchange)) }
        return (records.map(\.exchange), findings)
    }

    private func exchangeFinding(_ preference: UInt16, _ exchange: DNSName) async -> DomainFinding {
        let subject = "MX \(preference) \(exchange)"
        if exchange == .root { return wrong(subject, "a null MX beside others (RFC 7505 §3)") }
        let four = await resolver.resolve(exchange, .a)
        let six = await resolver.resolve(exchange, .aaaa)
        if !four.aliases.isEmpty || !six.aliases.isEmpty {
            return wrong(subject, "is an alias (CNAME); an MX must name a host (RFC 5321 §5.1)")
        }
        do {
            let addresses = try four.records + six.records
            return addresses.isEmpty
                ? wrong(subject, "has no address")
                : DomainFinding(
                    subject: subject, status: .ok, text: addresses.map(\.description).joined(separator: ", "))
        } catch {
            return unknown(subject, error)
        }
    }

    // MARK: SPF, DKIM, DMARC

    private func spf(takesMail: Bool) async -> DomainFinding {
        let advice = takesMail ? "v=spf1 mx -all" : "v=spf1 -all"
        let texts: [[UInt8]]
        do {
            texts = try await resolver.texts(domain).filter(SPFRecord.isRecord)
        } catch {
            return unknown("SPF", error)
        }
        guard let text = texts.first else { return missing("SPF", "no record", domain.text, advice) }
        guard texts.count == 1 else { return wrong("SPF", "\(texts.count) records: none of them counts; keep one") }
        do throws(SPFSyntaxError) {
            let record = try SPFRecord(text)
            let shown = String(decoding: text, as: UTF8.self)
            let ends = record.redirect != nil || record.directives.contains { $0.mechanism == .all }
            return ends
                ? DomainFinding(subject: "SPF", status: .ok, text: shown)
                : wrong("SPF", "says nothing of all other hosts; add -all: \(shown)")
        } catch {
            return wrong("SPF", "\(error)", domain.text, advice)
        }
    }

    private func dkim(_ selector: DNSName) async -> DomainFinding {
        let subject = "DKIM \(selector)"
        guard let name = domain.prefixed(by: "\(selector)._domainkey") else {
            return wrong(subject, "the name is too long")
        }
        do {
            let texts = try await resolver.texts(name)
            guard let text = texts.first else { return missing(subject, "no key", name.text, nil) }
            guard texts.count == 1 else { return wrong(subject, "\(texts.count) records; keep one") }
            let key = try DKIMKey(text)
            if key.isRevoked { return wrong(subject, "the key is revoked (empty p=)") }
            if key.isTesting { return wrong(subject, "t=y: the signatures count for nothing; remove it") }
            // RFC 8301 §3.2
            if key.type == .rsa, key.bits < 2_048 {
                return wrong(subject, "an RSA key of \(key.bits) bits; make one of 2048")
            }
            return DomainFinding(subject: subject, status: .ok, text: "\(key.type.rawValue), \(key.bits) bits")
        } catch let failure as Answer.Failure {
            return unknown(subject, failure)
        } catch {
            return wrong(subject, "\(error)")
        }
    }

    private func dmarc() async -> DomainFinding {
        let advice = "v=DMARC1; p=reject; rua=mailto:postmaster@\(domain)"
        guard let name = domain.prefixed(by: "_dmarc") else { return wrong("DMARC", "the name is too long") }
        let texts: [[UInt8]]
        do {
            texts = try await resolver.texts(name).filter { $0.starts(with: Array("v=DMARC1".utf8)) }
        } catch {
            return unknown("DMARC", error)
        }
        guard let text = texts.first else { return missing("DMARC", "no record", name.text, advice) }
        guard texts.count == 1 else { return wrong("DMARC", "\(texts.count) records: none of them counts; keep one") }
        let shown = String(decoding: text, as: UTF8.self)
        guard let record = DMARCRecord(text), let policy = record.policy else {
            return wrong("DMARC", "not a record: \(shown)", name.text, advice)
        }
        return policy == .none
            ? wrong("DMARC", "p=none only watches: \(shown)", name.text, advice)
            : DomainFinding(subject: "DMARC", status: .ok, text: shown)
    }

    // MARK: TLS

    private func tlsa(_ exchange: DNSName) async -> DomainFinding {
        let subject = "TLSA \(exchange)"
        guard let name = exchange.prefixed(by: "_25._tcp") else { return wrong(subject, "the name is too long") }
        let answer = await resolver.resolve(name, .tlsa)
        do {
            let records = try answer.records.compactMap { record in
                if case .tlsa(let tlsa) = record { tlsa } else { nil }
            }
            if records.isEmpty {
                return missing(subject, "no record", name.text, "3 1 1 <SHA-256 of the server's public key>")
            }
            guard answer.security == .secure else {
                return wrong(subject, "not signed by DNSSEC, so that nobody goes by it (RFC 7672 §2.1)")
            }
            // RFC 7672 §3.1.3
            guard records.contains(where: { (2...3).contains($0.usage) }) else {
                return wrong(subject, "no record of usage 2 or 3; others mean nothing in mail")
            }
            return DomainFinding(
                subject: subject, status: .ok, text: records.map(\.description).joined(separator: ", "))
        } catch {
            return unknown(subject, error)
        }
    }

    /// A TXT record that begins with a version.
    private func tagged(_ subject: String, _ prefix: String, _ version: String, _ advice: String) async -> DomainFinding
    {
        guard let name = domain.prefixed(by: prefix) else { return wrong(subject, "the name is too long") }
        do {
            let texts = try await resolver.texts(name).filter { $0.starts(with: Array(version.utf8)) }
            guard let text = texts.first else { return missing(subject, "no record", name.text, advice) }
            guard texts.count == 1 else {
                return wrong(subject, "\(texts.count) records: none of them counts; keep one")
            }
            return DomainFinding(subject: subject, status: .ok, text: String(decoding: text, as: UTF8.self))
        } catch {
            return unknown(subject, error)
        }
    }

    private func missing(_ subject: String, _ text: String, _ owner: String, _ record: String?) -> DomainFinding {
        DomainFinding(subject: subject, status: .missing, text: text, owner: owner, record: record)
    }

    private func wrong(
        _ subject: String, _ text: String, _ owner: String? = nil, _ record: String? = nil
    ) -> DomainFinding {
        DomainFinding(subject: subject, status: .wrong, text: text, owner: owner, record: record)
    }

    private func unknown(_ subject: String, _ failure: Answer.Failure) -> DomainFinding {
        DomainFinding(subject: subject, status: .unknown, text: "no answer: \(failure.rawValue)")
    }
}
