import NameResolution
import TransportSecurity

/// What `samotop signatures check` found.
enum SignatureCheckOutput {
    /// A finding as JSON has it.
    struct Document: Encodable {
        let host: String
        let address: String?
        let tls: String?
        let cipher: String?
        let dane: DANEFinding
        let verdict: SecurityVerdict?
        let failure: String?

        init(_ finding: SignatureCheck.Finding) {
            host = finding.host.text
            address = finding.address
            tls = finding.tls?.version
            cipher = finding.tls?.cipher
            dane = finding.dane
            verdict = finding.verdict
            failure = finding.failure
        }
    }

    static func lines(_ finding: SignatureCheck.Finding) -> [String] {
        var lines = ["\(OneLine.escaped(finding.host.text))\(finding.address.map { " (\($0))" } ?? "")"]
        lines.append("  DANE: \(finding.dane.reason.words)")
        if let failure = finding.failure { return lines + ["  no connection: \(OneLine.escaped(failure, limit: 300))"] }
        if let tls = finding.tls {
            lines.append("  \(tls.version)\(tls.cipher.map { ", \($0)" } ?? "")")
        } else {
            lines.append("  it offers no TLS")
        }
        guard let verdict = finding.verdict else { return lines }
        if let dane = verdict.dane {
            lines += dane.entries.map { "  TLSA \($0.record): \($0.attempt.words)" }
            if let key = dane.keyFingerprint { lines.append("  key \(key)") }
        } else if let key = verdict.observation.chain.first {
            lines.append("  key \(key)")
        }
        let outcome =
            switch verdict.outcome {
            case .proceed: "mail would go, \(SignatureOutput.level(verdict.level))"
            case .postpone: "mail would wait, and be tried again"
            case .hold: "mail would be held for your decision"
            }
        let why = verdict.explanation
        return lines + ["  \(outcome)\(why.isEmpty ? "" : ": \(why)")"]
    }
}
