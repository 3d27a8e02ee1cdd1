import Foundation

/// An explanation for people, and for programs.
enum ExplanationText {
    static func json(_ explanation: Explanation, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(explanation), as: UTF8.self)
    }

    static func lines(_ explanation: Explanation) -> [String] {
        var lines: [String] = []
        if let found = explanation.iprev {
            lines.append(
                line(
                    "reverse lookup", found.result,
                    [
                        found.name, found.reason, found.greeting.map { "greeting: \($0)" },
                        found.looksGeneric.map { "looks generic: \($0)" },
                    ]))
        }
        for (title, found) in [("SPF of EHLO", explanation.spfHelo), ("SPF of MAIL FROM", explanation.spf)] {
            guard let found else { continue }
            lines.append(line(title, found.result, [found.domain, found.mechanism, found.reason, found.explanation]))
            lines += found.steps.map { "    \(OneLine.escaped($0))" }
        }
        for found in explanation.dkim ?? [] {
            let signer = [found.selector, found.domain].compactMap { $0 }.joined(separator: "._domainkey.")
            lines.append(
                line("DKIM", found.result, [signer, found.algorithm, found.keyBits.map { "\($0) bits" }, found.reason]))
            if !found.unprotectedFields.isEmpty {
                lines.append("    not protected: \(found.unprotectedFields.joined(separator: ", "))")
            }
        }
        if explanation.dkim?.isEmpty == true { lines.append(line("DKIM", "none", ["no signature"])) }
        if let found = explanation.arc { lines.append(line("ARC", found.result, [found.reason] + found.sealers)) }
        if let found = explanation.dmarc {
            lines.append(
                line(
                    "DMARC", found.result,
                    [
                        found.author, found.reason, found.policy.map { "policy \($0)" },
                        found.policyDomain.map { "record at _dmarc.\($0)" },
                    ]))
            lines += found.aligned.map { "    aligned: \($0)" }
        }
        if let found = explanation.verdict {
            lines.append(line("verdict", found.verdict, [found.stage.map { "at \($0)" }, found.reply, found.cause]))
        }
        if let field = explanation.authenticationResults {
            lines += ["", field.replacing("\r\n", with: "\n").trimmingCharacters(in: .newlines)]
        }
        if !explanation.questions.isEmpty { lines += ["", "asked of the DNS:"] }
        lines += explanation.questions.map { question in
            let found = question.records.isEmpty ? question.outcome : question.records.joined(separator: ", ")
            let aliases = question.aliases.isEmpty ? "" : " (by way of \(question.aliases.joined(separator: ", ")))"
            return
                "  \(question.name) \(question.type): \(OneLine.escaped(found, limit: 1_000))\(aliases) [\(question.security)]"
        }
        return lines
    }

    private static func line(_ title: String, _ result: String, _ details: [String?]) -> String {
        let details = details.compactMap { $0 }.filter { !$0.isEmpty }.map { OneLine.escaped($0) }
        return "\(title): \(result)" + (details.isEmpty ? "" : " (\(details.joined(separator: "; ")))")
    }
}
