import ACME
import Crypto
import Foundation
import SwiftASN1
import TransportSecurity
import X509

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder `acme` in the state folder: the key and the chain that are served, a key that may follow, and the account at the
/// authority. For samotop's user alone.
///
/// Key and chain are one file, so that one `rename` changes both: no crash leaves a pair that doesn't fit.
struct CertificateFolder: Sendable, Hashable {
    let path: String

    init(state: String) { path = state + "/acme" }

    private var file: String { path + "/certificate.pem" }
    private var nextFile: String { path + "/next-key.pem" }
    private var accountFile: String { path + "/account-key.pem" }
    private var placeFile: String { path + "/account" }

    /// For listeners.
    var pair: TLSSettings.Pair { TLSSettings.Pair(certificate: file, key: file) }

    /// What is in a file that can't be used.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let words: String
        var description: String { "\(path): \(words)" }
    }

    /// What is served.
    struct Current: Sendable {
        let key: P256.Signing.PrivateKey
        let chain: [Certificate]

        var certificate: Certificate { chain[0] }

        /// Nobody vouches for it.
        var isSelfMade: Bool { certificate.issuer == certificate.subject }

        /// Seconds since 1970.
        var validity: ClosedRange<Int64> {
            let first = Int64(certificate.notValidBefore.timeIntervalSince1970)
            return first...max(first, Int64(certificate.notValidAfter.timeIntervalSince1970))
        }

        /// In lower case.
        var names: [String] {
            ((try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames([])).compactMap { name in
                if case .dnsName(let text) = name { text.lowercased() } else { nil }
            }
        }
    }

    /// Nil: there is none yet.
    func current() throws -> Current? {
        guard let text = try text(file) else { return nil }
        guard let block = PEMText.blocks(text, label: "PRIVATE KEY").first,
            let key = try? P256.Signing.PrivateKey(pemRepresentation: block)
        else { throw Failure(path: file, words: "no private key of P-256 in it; move it away, and a new one is made") }
        let chain = PEMText.blocks(text, label: "CERTIFICATE").compactMap { try? Certificate(pemEncoded: $0) }
        guard let first = chain.first, first.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw Failure(path: file, words: "no certificate for its key in it; move it away, and a new one is made")
        }
        return Current(key: key, chain: chain)
    }

    /// Takes the place of what is served, at once and whole.
    func write(_ chain: String, _ key: P256.Signing.PrivateKey) throws {
        try LocalFile.makeFolder(path, mode: 0o700)
        let text = key.pemRepresentation + "\n" + chain + (chain.hasSuffix("\n") ? "" : "\n")
        try LocalFile.write(Array(text.utf8), to: file, mode: 0o600)
    }

    /// Makes a key and a certificate that signs itself where there is none: what is served until the authority has issued one. A
    /// TLSA record of the key holds for both.
    func prepare(names: [String], now: Date = Date()) throws {
        guard try current() == nil else { return }
        let key = P256.Signing.PrivateKey()
        try write(SelfMadeCertificate.make(names: names, now: now, key: key).certificate, key)
    }

    /// The key that may take the other's place; nil: none is prepared. The one in use is none: the power went between taking it up
    /// and removing its file.
    func nextKey() throws -> P256.Signing.PrivateKey? {
        guard let text = try text(nextFile) else { return nil }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: text) else {
            throw Failure(path: nextFile, words: "no private key of P-256 in it; remove it")
        }
        if let current = try? current(), current.key.rawRepresentation == key.rawRepresentation { return nil }
        return key
    }

    /// Prepares another key, unless one is.
    func makeNextKey() throws -> P256.Signing.PrivateKey {
        if let key = try nextKey() { return key }
        let key = P256.Signing.PrivateKey()
        try LocalFile.write(Array((key.pemRepresentation + "\n").utf8), to: nextFile, mode: 0o600)
        return key
    }

    /// It is served now.
    func removeNextKey() { unlink(nextFile) }

    /// The key of the account at the authority, made when it is first needed.
    func accountKey() throws -> ACMEAccountKey {
        if let text = try text(accountFile) {
            guard let key = ACMEAccountKey(pem: text) else {
                throw Failure(path: accountFile, words: "no account's key in it; move it away, and an account is made")
            }
            return key
        }
        let key = ACMEAccountKey()
        try LocalFile.makeFolder(path, mode: 0o700)
        try LocalFile.write(Array(key.pem.utf8), to: accountFile, mode: 0o600)
        return key
    }

    /// The URL of the account; nil: not known yet.
    func account() -> String? {
        guard let text = try? text(placeFile) else { return nil }
        return text.split(separator: "\n").first.map(String.init)
    }

    func write(account: String) throws {
        guard account != self.account() else { return }
        try LocalFile.write(Array((account + "\n").utf8), to: placeFile, mode: 0o600)
    }

    private func text(_ path: String) throws -> String? {
        do throws(SystemFailure) {
            return String(decoding: try LocalFile.read(path), as: UTF8.self)
        } catch {
            if error.number == ENOENT { return nil }
            throw Failure(path: path, words: "\(error)")
        }
    }
}

extension P256.Signing.PrivateKey {
    /// The data of a TLSA record of this key: usage 3, selector 1, SHA-256 (RFC 6698 §2.1, RFC 7672 §3.1).
    var tlsa: String { "3 1 1 \(Fingerprint(of: publicKey.derRepresentation))" }
}
