import InternetMessage
import NameResolution
import SenderAuthentication

extension Explanation.SPF {
    init(_ finding: SPFFinding) {
        self.init(
            result: finding.result.rawValue, reason: finding.reason, domain: text(finding.domain),
            mechanism: finding.mechanism, explanation: finding.explanation,
            steps: finding.steps.map { String(repeating: "  ", count: $0.depth) + $0.description })
    }
}

extension Explanation.Signature {
    init(_ finding: DKIMFinding) {
        let fields = SignatureCoverage.Field.allCases.filter { field in
            switch finding.coverage?.state(field) {
            case .unsigned, .partlySigned: true
            case .absent, .signed, .overSigned, nil: false
            }
        }
        self.init(
            result: finding.result.rawValue, reason: finding.reason, domain: finding.domain?.text,
            selector: finding.selector?.text, identity: finding.identity.map(text),
            algorithm: finding.algorithm?.rawValue, keyBits: finding.keyBits, isTesting: finding.isTesting,
            signedLength: finding.body?.signedLength, bodyLength: finding.body?.length,
            signedFields: finding.signedNames.map(text), unprotectedFields: fields.map(\.rawValue))
    }
}

extension Explanation.ARC {
    init(_ finding: ARCFinding) {
        self.init(
            result: finding.result.rawValue, reason: finding.reason, oldestPass: finding.oldestPass,
            sealers: finding.assertions.map(\.sealer.text))
    }
}

extension Explanation.DMARC {
    init(_ finding: DMARCFinding) {
        self.init(
            result: finding.result.rawValue, reason: finding.reason, author: finding.author?.text,
            policyDomain: finding.policyDomain?.text, organizationalDomain: finding.organizationalDomain?.text,
            policy: finding.policy?.rawValue, disposition: finding.disposition.rawValue,
            aligned: finding.aligned.map { "\($0.method.rawValue) \($0.domain)" })
    }
}

extension Explanation.ReverseLookup {
    init(_ finding: ReverseLookupFinding, _ match: HelloMatch?) {
        self.init(
            result: finding.result.rawValue, reason: finding.reason, name: finding.name?.text,
            looksGeneric: finding.genericSign.map { "\($0)" }, greeting: match?.rawValue)
    }
}

extension Explanation.Question {
    init(_ entry: RecordedQuestions.Entry) {
        let answer = entry.answer
        let outcome: String
        var records: [String] = []
        switch answer.outcome {
        case .records(let found):
            outcome = "records"
            records = found.map(\.description)
        case .noData: outcome = "no records of this type"
        case .noSuchName: outcome = "no such name"
        case .failure(let failure): outcome = "failure: \(failure.rawValue)"
        }
        self.init(
            name: entry.name.text, type: entry.type.description, outcome: outcome, records: records,
            aliases: answer.aliases.map(\.text), security: answer.security.rawValue, timeToLive: answer.timeToLive)
    }
}

/// Octets as text; what isn't UTF-8 becomes U+FFFD.
private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
