public import NameResolution

/// Finds the TLSA records of a server that takes mail (RFC 7672 §2.2).
public struct DANELookup: Sendable {
    /// Where the server's name is from.
    public enum Source: Sendable, Hashable {
        /// From MX records. `expanded` is the name that aliases of `domain` led to, if there were any.
        case mailExchange(
            domain: DNSName, expanded: DNSName?, security: SecurityStatus, signature: AnswerSignature? = nil)
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
        var draft = DANEDraft(host: host, port: port, source: source)
        if case .mailExchange(_, _, let security, _) = source {
            if security == .bogus { return draft.finding(.postpone, .bogusMailExchange) }
            if security != .secure, !usesInsecureMailExchanges {
                return draft.finding(.notApplicable, .insecureMailExchange)
            }
        }
        switch await addresses(of: host) {
        case .failed(let failure, let cause):
            draft.bogusCause = cause
            return draft.finding(.postpone, failure == .bogus ? .bogusAddresses : .addressFailure)
        case .none(let security):
            draft.addressSecurity = security
            return draft.finding(.notApplicable, .noAddress)
        case .found(let answer):
            draft.addressSecurity = answer.security
            draft.signature = answer.signature
            draft.hold(for: answer.timeToLive)
            let canonical = answer.aliases.last ?? host
            // RFC 7672 §2.2.3: first the name that all aliases lead to, then the one that they start from.
            guard answer.security != .secure else {
                return await find(at: canonical == host ? [host] : [canonical, host], draft)
            }
            let reason: DANEFinding.Reason = answer.security == .insecure ? .insecureAddresses : .notValidated
            guard canonical != host else { return draft.finding(.notApplicable, reason) }
            // RFC 7672 §2.2.2: where the aliases lead out of a signed zone, the TLSA records at the first name count.
            let alias = await resolver.resolve(host, .cname)
            if case .failure(let failure) = alias.outcome {
                draft.bogusCause = alias.bogusCause
                return draft.finding(.postpone, failure == .bogus ? .bogusAddresses : .addressFailure)
            }
            guard alias.security == .secure, case .records = alias.outcome else {
                return draft.finding(.notApplicable, reason)
            }
            draft.hold(for: alias.timeToLive)
            return await find(at: [host], draft)
        }
    }

    /// The records at the first of these names that has any.
    private func find(at names: [DNSName], _ draft: DANEDraft) async -> DANEFinding {
        var (draft, reason) = (draft, DANEFinding.Reason.noRecords)
        for name in names {
            guard let owner = name.prefixed(by: "_\(port)._tcp") else {
                reason = .nameTooLong
                continue
            }
            let answer = await resolver.resolve(owner, .tlsa)
            draft.hold(for: answer.timeToLive)
            switch answer.outcome {
            case .failure(let failure):
                draft.bogusCause = answer.bogusCause
                return draft.finding(.postpone, failure == .bogus ? .bogusRecords : .recordFailure)
            case .noData, .noSuchName: continue
            case .records where answer.security != .secure:
                reason = answer.security == .insecure ? .insecureRecords : .notValidated
            case .records(let data):
                draft.signature = answer.signature
                let records = data.compactMap { if case .tlsa(let record) = $0 { record } else { nil } }
                return draft.finding(records, at: name)
            }
        }
        return draft.finding(.notApplicable, reason)
    }

    /// The addresses of a server. A failure of one kind of address is none when the other kind is there: both are in
    /// one zone.
    private func addresses(of host: DNSName) async -> Addresses {
        async let v4 = resolver.resolve(host, .a)
        async let v6 = resolver.resolve(host, .aaaa)
        let answers = [await v6, await v4]
        let found = answers.filter { if case .records = $0.outcome { true } else { false } }
        let failures = answers.compactMap { if case .failure(let failure) = $0.outcome { failure } else { nil } }
        if let secure = found.first(where: { $0.security == .secure }) { return .found(secure) }
        if failures.contains(.bogus) { return .failed(.bogus, answers.lazy.compactMap(\.bogusCause).first) }
        if let insecure = found.first(where: { $0.security == .insecure }) ?? found.first { return .found(insecure) }
        if let failure = failures.first { return .failed(failure, nil) }
        return .none(answers[0].security)
    }

    private enum Addresses {
        case found(Answer)
        case none(SecurityStatus)
        case failed(Answer.Failure, String?)
    }
}
