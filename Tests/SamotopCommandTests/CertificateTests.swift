import Foundation
import Testing

@testable import SamotopCommand

@Suite("Certificates")
struct CertificateTests {
    static let names = ["example.test", "mx.example.test", "localhost"]

    @Test("a self-made pair: private, without fault, and the same at the next start")
    func selfMade() throws {
        let place = try Workplace()
        let folder = place.path + "/a/tls"
        let pair = try SelfMadeCertificate.pair(in: folder, names: Self.names)
        #expect(CertificateInspection.findings(pair) == [])
        #expect(LocalFile.status(pair.key)?.mode == 0o600)
        #expect(LocalFile.status(folder)?.mode == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["certificate.pem", "key.pem"])
        let first = try LocalFile.read(pair.certificate)
        _ = try SelfMadeCertificate.pair(in: folder, names: Self.names)
        #expect(try LocalFile.read(pair.certificate) == first)
    }

    @Test("openssl agrees: names, issuer, key", .enabled(if: Workplace.has("openssl"), "needs openssl"))
    func openssl() throws {
        let place = try Workplace()
        let pair = try SelfMadeCertificate.pair(in: place.path, names: Self.names)
        let verify = try ChildProcess(
            ["verify", "-CAfile", pair.certificate, "-verify_hostname", "mx.example.test", pair.certificate],
            program: "openssl")
        #expect(verify.line()?.hasSuffix(": OK") == true)
        #expect(verify.finish().exit == 0)
    }

    @Test("an expired one is made anew, and so is one whose key is gone or another's")
    func remade() throws {
        let place = try Workplace()
        let pair = try SelfMadeCertificate.pair(in: place.path, names: Self.names)
        let first = try LocalFile.read(pair.certificate)
        let nextYear = Date().addingTimeInterval(365 * 86_400)
        _ = try SelfMadeCertificate.pair(in: place.path, names: Self.names, now: nextYear)
        let second = try LocalFile.read(pair.certificate)
        #expect(second != first)
        try FileManager.default.removeItem(atPath: pair.key)
        _ = try SelfMadeCertificate.pair(in: place.path, names: Self.names)
        #expect(try LocalFile.read(pair.certificate) != second)
        let other = try SelfMadeCertificate.make(names: Self.names, now: Date())
        try place.write(other.key, to: "key.pem")
        _ = try SelfMadeCertificate.pair(in: place.path, names: Self.names)
        #expect(CertificateInspection.findings(pair) == [])
    }

    enum Fault: String, CaseIterable {
        case expired, early, mismatch, empty, noCertificate, torn, encrypted, readable, noKey, notText, disorder
    }

    @Test("what is wrong with a pair is told", arguments: Fault.allCases)
    func faults(fault: Fault) throws {
        let place = try Workplace()
        let made = try SelfMadeCertificate.make(names: Self.names, now: Date())
        let other = try SelfMadeCertificate.make(names: ["other.example.test"], now: Date())
        var pair = TLSSettings.Pair(
            certificate: try place.write(made.certificate, to: "certificate.pem"),
            key: try place.write(made.key, to: "key.pem"))
        var now = Date()
        let expected: (CertificateInspection.Finding.Subject, String)
        switch fault {
        case .expired:
            now = now.addingTimeInterval(366 * 86_400)
            expected = (.certificate, "has expired on ")
        case .early:
            now = now.addingTimeInterval(-2 * 86_400)
            expected = (.certificate, "isn't valid before ")
        case .mismatch:
            try place.write(other.key, to: "key.pem")
            expected = (.key, "isn't the key of the first certificate")
        case .empty:
            try place.write("", to: "certificate.pem")
            expected = (.certificate, "no certificate in ")
        case .noCertificate:
            pair.certificate += ".none"
            expected = (.certificate, "No such file or directory")
        case .torn:
            try place.write(made.certificate.replacing("MII", with: "AAA"), to: "certificate.pem")
            expected = (.certificate, "can't be read; get the file anew")
        case .encrypted:
            try place.write(made.key.replacing("BEGIN PRIVATE", with: "BEGIN ENCRYPTED PRIVATE"), to: "key.pem")
            expected = (.key, "protected by a passphrase")
        case .readable:
            try place.write(made.key, to: "key.pem", mode: 0o644)
            expected = (.key, "every user of this machine can read ")
        case .noKey:
            try place.write(made.certificate, to: "key.pem")
            expected = (.key, "no private key that can be read")
        case .notText:
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: pair.certificate))
            expected = (.certificate, "isn't PEM text")
        case .disorder:
            try place.write(made.certificate + other.certificate, to: "certificate.pem")
            expected = (.certificate, "didn't sign the one before it")
        }
        let findings = CertificateInspection.findings(pair, now: now)
        #expect(findings.count == 1, "\(findings)")
        #expect(findings.first?.subject == expected.0)
        #expect(findings.first?.message.contains(expected.1) == true, "\(findings)")
    }
}
