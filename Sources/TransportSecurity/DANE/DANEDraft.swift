import NameResolution

/// A finding while it is being made.
struct DANEDraft {
    let host: DNSName
    let port: UInt16
    let source: DANELookup.Source
    var addressSecurity: SecurityStatus?
    var signature: AnswerSignature?
    var bogusCause: String?
    private var timeToLive: UInt32?

    init(host: DNSName, port: UInt16, source: DANELookup.Source) {
        self.host = host
        self.port = port
        self.source = source
    }

    /// Something that it goes by holds for so many seconds.
    mutating func hold(for seconds: UInt32) { timeToLive = min(timeToLive ?? seconds, seconds) }

    /// A finding without records.
    func finding(_ outcome: DANEFinding.Outcome, _ reason: DANEFinding.Reason) -> DANEFinding {
        DANEFinding(
            outcome, reason, host: host, port: port, mailExchangeSecurity: mailExchangeSecurity,
            mailExchangeSignature: mailExchangeSignature, addressSecurity: addressSecurity, signature: signature,
            bogusCause: bogusCause, timeToLive: outcome == .postpone ? 0 : timeToLive ?? 0)
    }

    /// A finding with signed records.
    func finding(_ records: [TLSARecord], at name: DNSName) -> DANEFinding {
        guard records.count <= DANEFinding.maximumRecords else { return finding(.postpone, .tooManyRecords) }
        let assessed = TLSAAssessment.assess(records)
        let isUsable = assessed.contains(where: \.isUsable)
        return DANEFinding(
            isUsable ? .authenticate : .encrypt, isUsable ? .usableRecords : .onlyUnusableRecords, host: host,
            port: port,
            mailExchangeSecurity: mailExchangeSecurity, mailExchangeSignature: mailExchangeSignature,
            addressSecurity: addressSecurity, signature: signature, baseDomain: name, records: assessed,
            referenceNames: referenceNames(name), timeToLive: timeToLive ?? 0)
    }

    private var mailExchangeSecurity: SecurityStatus? {
        if case .mailExchange(_, _, let security, _) = source { security } else { nil }
    }

    private var mailExchangeSignature: AnswerSignature? {
        if case .mailExchange(_, _, _, let signature) = source { signature } else { nil }
    }

    private func referenceNames(_ baseDomain: DNSName) -> [DNSName] {
        var names = [baseDomain, host]
        // Without signed MX records anybody may have named the server: a certificate for the domain proves nothing
        // then.
        if case .mailExchange(let domain, let expanded, .secure, _) = source { names += [domain, expanded ?? domain] }
        return names.reduce(into: []) { unique, name in
            if !unique.contains(name) { unique.append(name) }
        }
    }
}
