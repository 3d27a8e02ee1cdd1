import Foundation
import X509

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Whether clients can believe what is shown in TLS.
enum CertificateChecks {
    /// Days before the end from which it is told.
    static let warningDays = 14.0

    static func findings(_ configuration: Configuration, now: Date = Date()) -> [HealthFinding] {
        guard !configuration.certificatePairs.isEmpty else {
            return [.warning("certificate", "none: mail comes in clear", "write tls.certificates or tls.acme")]
        }
        var findings = configuration.certificatePairs.map { finding($0, now) }
        if let current = try? configuration.certificateFolder.current(), configuration.tls.acme != nil,
            !current.covers(configuration.acmeNames), !current.isSelfMade
        {
            let missing = configuration.acmeNames.filter { !current.names.contains($0.lowercased()) }
            let unproven = configuration.certificateFolder.tries()?.unproven ?? []
            let isUnproven = missing.allSatisfy { unproven.contains($0.lowercased()) }
            findings.append(
                .problem(
                    "certificate's names", "not for \(missing.joined(separator: ", "))",
                    isUnproven
                        ? "the authority couldn't prove that they are this host: let them lead here, or write tls.acme.names "
                            + "without them; the server asks again once a day"
                        : "the running server asks for another by itself; look into its log"))
        }
        return findings
    }

    private static func finding(_ pair: TLSSettings.Pair, _ now: Date) -> HealthFinding {
        let subject = "certificate \(pair.certificate)"
        guard LocalFile.status(pair.certificate) != nil else {
            return geteuid() == 0
                ? .problem(subject, "it isn't there", "start the server, or make it")
                : .unknown(subject, "it isn't there, or only root and samotop's user may see it")
        }
        if let wrong = CertificateInspection.findings(pair, now: now).first {
            return .problem(subject, "\(wrong.subject.rawValue): \(wrong.message)")
        }
        guard let certificate = ServedKeys.certificate(pair) else { return .unknown(subject, "it can't be read") }
        let last = CivilTime(milliseconds: Int64(certificate.notValidAfter.timeIntervalSince1970 * 1_000))
        let day = String(last.description.prefix(10))
        if certificate.issuer == certificate.subject {
            return .warning(
                subject, "it signs itself: nobody but DANE can verify it",
                "with tls.acme the running server has one issued; its log says why not yet")
        }
        guard certificate.notValidAfter.timeIntervalSince(now) > warningDays * 86_400 else {
            return .warning(subject, "it ends on \(day)", "renew it, or look into the log why that fails")
        }
        return .ok(subject, "until \(day)")
    }
}
