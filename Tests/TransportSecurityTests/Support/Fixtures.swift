import Foundation
import NameResolution
import Testing
import TransportSecurity

/// The certificates that `Fixtures/make-certificates` made.
enum Fixtures {
    static func octets(_ file: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: nil))
        return Array(try Data(contentsOf: url))
    }

    static func certificate(_ name: String) throws -> [UInt8] { try octets("certificates/\(name).der") }
    static func publicKey(_ name: String) throws -> [UInt8] { try octets("certificates/\(name).spki.der") }
    static func key(_ name: String) throws -> Fingerprint { Fingerprint(of: try publicKey(name)) }

    /// A chain of these certificates, the server's first.
    static func chain(_ names: String...) throws -> CertificateChain { CertificateChain(try names.map(certificate)) }

    static func anchors(_ names: String...) throws -> TrustAnchors { TrustAnchors(der: try names.map(certificate)) }

    /// A day after the certificates were made, and so many years later.
    static func now(years: Int64 = 0) throws -> Int64 {
        let validity = try #require(PresentedCertificate(try certificate("leaf")).validity)
        return validity.lowerBound + 86_400 + years * 31_557_600
    }
}

/// A name of the DNS in a test.
func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }
