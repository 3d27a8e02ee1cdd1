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
        let place: SPFPlace
        let explanation: SPFMacroString?
    }

    let question: SPFQuestion
    let name: DNSName
    let resolver: any Resolver
    let records: RecordCache<SPFRecord>
    let limits: SPFLimits
    let progress: SPFProgress
    var values: SPFMacroValues
    var reverse: SPFReverseMapping
    var lookupTerms = 0
    var voidLookups = 0
    /// Whether a look-up for the term that is evaluated now found nothing.
    var isVoid = false
    var depth = 0

    init(
        _ question: SPFQuestion, at name: DNSName, resolver: any Resolver, records: RecordCache<SPFRecord>,
        limits: SPFLimits, progress: SPFProgress
    ) {
        self.question = question
        self.name = name
        self.resolver = resolver
        self.records = records
        self.limits = limits
        self.progress = progress
        values = SPFMacroValues(question, domain: name)
        reverse = SPFReverseMapping(question.client, limits: limits)
    }

    /// The whole check, with the explanation when it is asked for.
    mutating func finding() async -> SPFFinding {
        let verdict: Verdict?
        do {
            verdict = try await checkHost(SPFPlace(name))
        } catch {
            return finding(error.result, nil, error.reason)
        }
        guard let verdict else { return finding(.none, nil, "\(name) has no SPF record") }
        guard let directive = verdict.directive else {
            return finding(verdict.result, nil, "nothing in the record of \(Self.shown(verdict.place.text)) matched")
        }
        var finding = finding(
            verdict.result, directive,
            "\(Self.shown(directive.description)) of \(Self.shown(verdict.place.text)) matched")
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

    /// A term, or a domain-spec, may be as long as its record.
    static func shown(_ text: String) -> String { text.utf8.count <= 100 ? text : String(text.prefix(100)) }

    /// RFC 7208 §4. Nil is the result none.
    mutating func checkHost(_ start: SPFPlace) async throws(SPFStop) -> Verdict? {
        guard var record = try await record(of: start) else { return nil }
        var place = start
        while true {
            for directive in record.directives {
                guard try await evaluate(directive, of: place) else { continue }
                return Verdict(
                    result: directive.qualifier.result, directive: directive, place: place,
                    explanation: record.explanation)
            }
            // RFC 7208 §4.7
            let neutral = Verdict(result: .neutral, directive: nil, place: place, explanation: nil)
            guard let redirect = record.redirect else { return neutral }
            // RFC 7208 §6.1
            try countLookupTerm()
            let target = await target(of: redirect, at: place)
            if case .withheld = target {
                note(.redirect(redirect), .withheld, of: place)
                return neutral
            }
            note(.redirect(redirect), .followed, of: place)
            guard case .name(let name) = target else { throw Self.noRecord("redirect=\(redirect)", place) }
            let next = SPFPlace(name, by: redirect, from: place)
            guard let found = try await self.record(of: next) else {
                throw Self.noRecord("redirect=\(redirect)", place)
            }
            (place, record) = (next, found)
        }
    }

    /// RFC 7208 §5.2, §6.1
    static func noRecord(_ term: String, _ place: SPFPlace) -> SPFStop {
        .permanent("\(shown(term)) of \(shown(place.text)) leads to no record")
    }

    /// The record that a domain publishes (RFC 7208 §4.3–§4.5); nil when there is none.
    private mutating func record(of place: SPFPlace) async throws(SPFStop) -> SPFRecord? {
        guard place.name.labelCount > 1 else { return nil }
        let texts: [[UInt8]]
        do {
            texts = try await resolver.texts(place.name)
        } catch {
            throw .temporary("the record of \(Self.shown(place.text)) can't be looked up (\(error.rawValue))")
        }
        let policies = texts.filter(SPFRecord.isRecord)
        guard let policy = policies.first else { return nil }
        guard policies.count == 1 else {
            throw .permanent("\(Self.shown(place.text)) has \(policies.count) SPF records")
        }
        do {
            return try records.record(policy) { text throws(SPFSyntaxError) in try SPFRecord(text) }
        } catch {
            throw .permanent("the record of \(Self.shown(place.text)) is malformed: \(error)")
        }
    }

    /// Whether the directive matches; every step is told.
    private mutating func evaluate(_ directive: SPFDirective, of place: SPFPlace) async throws(SPFStop) -> Bool {
        do {
            let outcome = try await outcome(of: directive, of: place)
            note(.directive(directive), outcome, of: place)
            return outcome == .matched
        } catch {
            note(.directive(directive), .stopped(error.result), of: place)
            throw error
        }
    }

    func note(_ term: SPFStep.Term, _ outcome: SPFStep.Outcome, of place: SPFPlace) {
        progress.add(SPFStep(domain: place.text, term: term, outcome: outcome, depth: depth))
    }

    // RFC 7208 §4.6.4
    mutating func countLookupTerm() throws(SPFStop) {
        lookupTerms += 1
        guard lookupTerms <= limits.lookupTerms else {
            throw .permanent("more than \(limits.lookupTerms) terms that need look-ups")
        }
    }

    mutating func countVoidLookup() throws(SPFStop) {
        voidLookups += 1
        guard voidLookups <= limits.voidLookups else {
            throw .permanent("more than \(limits.voidLookups) terms for which nothing was found")
        }
    }
}
