import Foundation
import SwiftASN1
import X509

/// Looks at a certificate chain and its key the way a client would, before one does.
enum CertificateInspection {
    /// What was found, in the words of problems: the key of the configuration it belongs to, and the message.
    struct Finding: Hashable, Sendable {
        enum Subject: String, Sendable { case certificate, key }

        let subject: Subject
        let message: String
    }

    /// Everything wrong with a pair.
    ///
    /// - Parameter now: the time to check validity at.
    static func findings(_ pair: TLSSettings.Pair, now: Date = Date()) -> [Finding] {
        var findings: [Finding] = []
        let chain = certificate(at: pair.certificate, now: now, &findings)
        let key = privateKey(at: pair.key, &findings)
        if let chain, let key, chain.publicKey != key.publicKey {
            let message =
                "isn't the key of the first certificate in \(pair.certificate); name the pair that belongs together"
            findings.append(Finding(subject: .key, message: message))
        }
        return findings
    }

    private static func certificate(at path: String, now: Date, _ findings: inout [Finding]) -> Certificate? {
        func found(_ message: String) { findings.append(Finding(subject: .certificate, message: message)) }
        guard let text = text(of: path, .certificate, &findings) else { return nil }
        let blocks = PEMText.blocks(text, label: "CERTIFICATE")
        guard !blocks.isEmpty else {
            found("no certificate in \(path); it must hold PEM (-----BEGIN CERTIFICATE-----)")
            return nil
        }
        var chain: [Certificate] = []
        for (index, block) in blocks.enumerated() {
            guard let certificate = try? Certificate(pemEncoded: block) else {
                found("certificate \(index + 1) in \(path) can't be read; get the file anew from the authority")
                return nil
            }
            chain.append(certificate)
        }
        for (index, certificate) in chain.enumerated() {
            let which = chain.count > 1 ? "certificate \(index + 1) in \(path)" : path
            if certificate.notValidAfter <= now {
                found("\(which) has expired on \(day(certificate.notValidAfter)); renew it")
            }
            if certificate.notValidBefore > now {
                found("\(which) isn't valid before \(day(certificate.notValidBefore)); check this machine's clock")
            }
        }
        for (index, (lower, upper)) in zip(chain, chain.dropFirst()).enumerated() where lower.issuer != upper.subject {
            found(
                "certificate \(index + 2) in \(path) didn't sign the one before it; the host's own comes first, then its issuers"
            )
        }
        return chain.first
    }

    private static func privateKey(at path: String, _ findings: inout [Finding]) -> Certificate.PrivateKey? {
        func found(_ message: String) { findings.append(Finding(subject: .key, message: message)) }
        guard let text = text(of: path, .key, &findings) else { return nil }
        if let status = LocalFile.status(path), status.mode & 0o006 != 0 {
            found("every user of this machine can read \(path); do chmod 600")
        }
        if text.contains("ENCRYPTED") {
            found(
                "\(path) is protected by a passphrase, which nobody can type at start; store the key without one, mode 0600"
            )
            return nil
        }
        guard let block = PEMText.blocks(text, label: "PRIVATE KEY").first,
            let key = try? Certificate.PrivateKey(pemEncoded: block)
        else {
            found(
                "no private key that can be read in \(path); it must hold PEM (-----BEGIN PRIVATE KEY-----), EC or RSA of 2048 bits or more"
            )
            return nil
        }
        return key
    }

    private static func text(of path: String, _ subject: Finding.Subject, _ findings: inout [Finding]) -> String? {
        do throws(SystemFailure) {
            if let text = String(validating: try LocalFile.read(path), as: UTF8.self) { return text }
            findings.append(Finding(subject: subject, message: "\(path) isn't PEM text"))
        } catch {
            let hint = error.number == ENOENT ? "check the path" : "check who may read it"
            findings.append(Finding(subject: subject, message: "can't read \(path): \(error); \(hint)"))
        }
        return nil
    }

    private static func day(_ date: Date) -> String {
        String(CivilTime(milliseconds: Int64(date.timeIntervalSince1970 * 1000)).description.prefix(10))
    }
}
