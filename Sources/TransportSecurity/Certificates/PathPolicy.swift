import SwiftASN1
@_spi(DisableValidityCheck) import X509

/// The rules for a path that swift-certificates has built: ours, which can be told apart, then its own for RFC 5280.
struct PathPolicy: VerifierPolicy {
    let rules: PathRules
    let flaws: PathFlaws

    // The time is checked by PathRules, against the caller's clock.
    private let rfc5280 = RFC5280Policy.withValidityCheckDisabled()

    let verifyingCriticalExtensions = PathRules.understoodExtensions

    init(rules: PathRules, flaws: PathFlaws) {
        self.rules = rules
        self.flaws = flaws
    }

    mutating func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
        if let flaw = rules.flaw(of: Array(chain)) {
            flaws.add(flaw)
            return .failsToMeetPolicy(reason: flaw.kind.rawValue)
        }
        let result = rfc5280.chainMeetsPolicyRequirements(chain: chain)
        if case .failsToMeetPolicy = result { flaws.add(PathFlaw(.constraints)) }
        return result
    }
}
