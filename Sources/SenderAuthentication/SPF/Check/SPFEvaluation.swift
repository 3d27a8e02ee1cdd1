import NameResolution

/// One run of check_host(): what it has found out and used up.
///
/// The records that redirect leads to are read in a loop. Those that include leads to are read in a call of their own, and
/// there are no more of these than ``SPFLimits/lookupTerms``.
struct SPFEvaluation: Sendable {
    /// What a record says of the client.
    struct Verdict {
        let result: SPFResult
        /// The directive that matched.
        let directive: SPFDirective?
        /// The domain whose record it is, and where that has its explanation.
        let domain: DNSName
        let explanation: SPFMacroString?
    }

    let question: SPFQuestion
    let name: DNSName
    let resolver: any Resolver
    let limits: SPFLimits
    let progress: SPFProgress
    var values: SPFMacroValues
    var reverse: SPFReverseMapping
    var lookupTerms = 0
    var voidTerms = 0
    /// Whether a look-up for the term that is evaluated now found nothing.
    var isVoid = false
    var depth = 0

    init(
        _ question: SPFQuestion, at name: DNSName, resolver: any Resolver, limits: SPFLimits, progress: SPFProgress
    ) {
        self.question = question
        self.name = name
        self.resolver = resolver
        self.limits = limits
        self.progress = progress
        values = SPFMacroValues(question, domain: name)
        reverse = SPFReverseMapping(question.client, limits: limits)
    }

    /// The whole check, with the explanation when it is asked for.
    mutating func finding() async -> SPFFinding {
        let verdict: Verdict?
        do {
            verdict = try await checkHost(name)
        } catch {
            return finding(error.result, nil, error.reason)
        }
        guard let verdict else { return finding(.none, nil, "\(name) has no SPF record") }
        guard let directive = verdict.directive else {
            return finding(verdict.result, nil, "nothing in the record of \(verdict.domain) matched")
        }
        var finding = finding(verdict.result, directive, "\(Self.shown(directive)) of \(verdict.domain) matched")
        if verdict.result == .fail, question.wantsExplanation {
            progress.decide(finding)
            finding.explanation = await explanation(of: verdict)
        }
        return finding
    }

    private func finding(_ result: SPFResult, _ directive: SPFDirective?, _ reason: String) -> SPFFinding {
        SPFFinding(
            identity: question.identity, domain: question.domain, name: name, result: result, directive: directive,
            reason: reason)
    }

    /// A directive may be as long as its record.
    static func shown(_ directive: SPFDirective) -> String { String(directive.description.prefix(80)) }

    /// RFC 7208 §4. Nil is the result none.
    mutating func checkHost(_ start: DNSName) async throws(SPFStop) -> Verdict? {
        guard var record = try await record(of: start) else { return nil }
        var domain = start
        while true {
            for directive in record.directives {
                guard try await evaluate(directive, of: domain) else { continue }
                return Verdict(
                    result: directive.qualifier.result, directive: directive, domain: domain,
                    explanation: record.explanation)
            }
            // RFC 7208 §4.7
            let neutral = Verdict(result: .neutral, directive: nil, domain: domain, explanation: nil)
            guard let redirect = record.redirect else { return neutral }
            // RFC 7208 §6.1
            try countLookupTerm()
            let target = await target(of: redirect, at: domain)
            if case .withheld = target {
                note(.redirect(redirect), .withheld, of: domain)
                return neutral
            }
            note(.redirect(redirect), .followed, of: domain)
            guard case .name(let name) = target, let next = try await self.record(of: name) else {
                throw .permanent("\(domain) redirects to a domain without a record")
            }
            (domain, record) = (name, next)
        }
    }

    /// The record that a domain publishes (RFC 7208 §4.3–§4.5); nil when there is none.
    private mutating func record(of domain: DNSName) async throws(SPFStop) -> SPFRecord? {
        guard domain.labels.count > 1 else { return nil }
        let texts: [[UInt8]]
        do {
            texts = try await resolver.texts(domain)
        } catch {
            throw .temporary("the record of \(domain) can't be looked up (\(error.rawValue))")
        }
        let records = texts.filter(SPFRecord.isRecord)
        guard let text = records.first else { return nil }
        guard records.count == 1 else { throw .permanent("\(domain) has \(records.count) SPF records") }
        do {
            return try SPFRecord(text)
        } catch {
            throw .permanent("the record of \(domain) is malformed: \(error)")
        }
    }

    /// Whether the directive matches; every step is told.
    private mutating func evaluate(_ directive: SPFDirective, of domain: DNSName) async throws(SPFStop) -> Bool {
        do {
            let outcome = try await outcome(of: directive, of: domain)
            note(.directive(directive), outcome, of: domain)
            return outcome == .matched
        } catch {
            note(.directive(directive), .stopped(error.result), of: domain)
            throw error
        }
    }

    func note(_ term: SPFStep.Term, _ outcome: SPFStep.Outcome, of domain: DNSName) {
        progress.add(SPFStep(domain: domain, term: term, outcome: outcome, depth: depth))
    }

    // RFC 7208 §4.6.4
    mutating func countLookupTerm() throws(SPFStop) {
        lookupTerms += 1
        guard lookupTerms <= limits.lookupTerms else {
            throw .permanent("more than \(limits.lookupTerms) terms that need look-ups")
        }
    }

    mutating func countVoidTerm() throws(SPFStop) {
        voidTerms += 1
        guard voidTerms <= limits.voidTerms else {
            throw .permanent("more than \(limits.voidTerms) terms for which nothing was found")
        }
    }
}
