public import NameResolution

/// Finds the TLSA records of a server that takes mail (RFC 7672 §2.2).
public struct DANELookup: Sendable {
    /// Where the server's name is from.
    public enum Source: Sendable, Hashable {
        /// From MX records. `expanded` is the name that aliases of `domain` led to, if there were any.
        case mailExchange(domain: DNSName, expanded: DNSName?, security: SecurityStatus)
        /// The domain has no MX records, or a person named the server.
        case direct
    }

    private let resolver: any Resolver
    private let port: UInt16
    private let usesInsecureMailExchanges: Bool

    /// A look-up.
    ///
    /// - Parameters:
    ///   - resolver: it must validate DNSSEC, else DANE never applies.
    ///   - usesInsecureMailExchanges: whether a server is authenticated by DANE when the MX records that named it are not signed. It is
    ///     worth less then, as anybody may have named the server; but it is worth something (RFC 7672 §2.2.1).
    public init(resolver: any Resolver, port: UInt16 = 25, usesInsecureMailExchanges: Bool = true) {
        self.resolver = resolver
        self.port = port
        self.usesInsecureMailExchanges = usesInsecureMailExchanges
    }

    /// What DANE says of a server. Asks for its addresses, then for TLSA records only if those are signed.
    public func find(_ host: DNSName, from source: Source) async -> DANEFinding {
        var finding = Draft(host: host, port: port, source: source)
        if case .mailExchange(_, _, let security) = source {
            if security == .bogus { return finding.result(.postpone, .bogusAddresses) }
            if security != .secure, !usesInsecureMailExchanges { return finding.result(.notApplicable, .insecureMailExchange) }
        }
        let addresses = await addresses(of: host)
        finding.add(addresses)
        switch addresses {
        case .failed(let failure):
            return finding.result(.postpone, failure == .bogus ? .bogusAddresses : .addressFailure)
        case .none: return finding.result(.notApplicable, .noAddress)
        case .found(.secure, let canonical, _):
            // RFC 7672 §2.2.3: first the name that all aliases lead to, then the one that they start from.
            let names = canonical == host ? [host] : [canonical, host]
            return await find(at: names, &finding)
        case .found(let security, let canonical, _):
            let reason: DANEFinding.Reason = security == .indeterminate ? .notValidated : .insecureAddresses
            guard canonical != host else { return finding.result(.notApplicable, reason) }
            // RFC 7672 §2.2.2: the aliases may lead out of a signed zone; then its TLSA records at the first name count.
            let alias = await resolver.resolve(host, .cname)
            if case .failure(let failure) = alias.outcome {
                return finding.result(.postpone, failure == .bogus ? .bogusAddresses : .addressFailure)
            }
            guard alias.security == .secure, case .records = alias.outcome else {
                return finding.result(.notApplicable, reason)
            }
            finding.holds(for: alias.timeToLive)
            return await find(at: [host], &finding)
        }
    }

    /// The records at the first of these names that has any.
    private func find(at names: [DNSName], _ finding: inout Draft) async -> DANEFinding {
        var reason = DANEFinding.Reason.noRecords
        for name in names {
            guard let owner = name.prefixed(by: "_\(port)._tcp") else {
                reason = .nameTooLong
                continue
            }
            let answer = await resolver.resolve(owner, .tlsa)
            switch answer.outcome {
            case .failure(let failure):
                return finding.result(.postpone, failure == .bogus ? .bogusRecords : .recordFailure)
            case .noData, .noSuchName:
                // An unsigned denial below a signed name proves nothing, and there is nothing else to go by.
                finding.holds(for: answer.timeToLive)
            case .records(let data):
                finding.holds(for: answer.timeToLive)
                guard answer.security == .secure else {
                    reason = answer.security == .indeterminate ? .notValidated : .insecureRecords
                    continue
                }
                let records = data.compactMap { if case .tlsa(let record) = $0 { record } else { nil } }
                guard !records.isEmpty else { continue }
                return finding.result(records, at: name)
            }
        }
        return finding.result(.notApplicable, reason)
    }

    /// The addresses of a server, as far as DANE is concerned.
    private enum Addresses {
        case found(SecurityStatus, canonical: DNSName, timeToLive: UInt32)
        case none(SecurityStatus)
        case failed(Answer.Failure)
    }
}
