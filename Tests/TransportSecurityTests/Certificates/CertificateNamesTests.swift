import NameResolution
import Testing

@testable import TransportSecurity

@Suite struct CertificateNamesTests {
    @Test(
        "names and wildcards (RFC 6125 §6.4)",
        arguments: [
            ("mx.example.org", "mx.example.org", true), ("MX.example.org", "mx.EXAMPLE.org", true),
            ("mx.example.org.", "mx.example.org", true), ("mx.example.org", "mx.example.net", false),
            ("example.org", "mx.example.org", false), ("*.example.org", "mx.example.org", true),
            ("*.example.org", "a.mx.example.org", false), ("*.example.org", "example.org", false),
            ("*.org", "example.org", false), ("*", "example", false), ("*.", "example", false),
            ("m*.example.org", "mx.example.org", false), ("mx.*.org", "mx.example.org", false),
            ("*.*.org", "mx.example.org", false), ("*mx.example.org", "mx.example.org", false),
            ("", "example.org", false),
            ("mx.example.org\0.evil.example", "mx.example.org", false), ("mx.example.org ", "mx.example.org", false),
        ])
    func match(_ pattern: String, _ host: String, _ matches: Bool) throws {
        #expect(CertificateNames.matches(Array(pattern.utf8), try name(host)) == matches)
    }

    @Test("a name of a label with a dot in it is another name")
    func dotInLabel() throws {
        let odd = try #require(DNSName(labels: ["mx.example".utf8, "org".utf8].map(Array.init)))
        #expect(!CertificateNames.matches(Array("mx.example.org".utf8), odd))
        #expect(!CertificateNames.matches(Array("*.example.org".utf8), odd))
    }

    @Test("fingerprints are read with colons and spaces, and only whole")
    func fingerprints() throws {
        let print = Fingerprint(of: [1, 2, 3])
        let text = print.description
        #expect(text == "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
        #expect(Fingerprint(text.uppercased()) == print)
        #expect(Fingerprint("03:90 58c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81") == print)
        for bad in ["", String(text.dropLast()), text + "0", text.replacing("0", with: "g")] {
            #expect(Fingerprint(bad) == nil)
        }
        #expect(try roundTrip(print) == print)
    }

    @Test(
        "a key's fingerprint is that of the octets which openssl takes out of the certificate",
        arguments: [
            "leaf", "self", "weak", "ed25519", "p384leaf", "v1root", "manynames",
        ])
    func keys(_ certificate: String) throws {
        let presented = PresentedCertificate(try Fixtures.certificate(certificate))
        #expect(presented.publicKey == (try Fixtures.publicKey(certificate)))
        #expect(presented.keyFingerprint == (try Fixtures.key(certificate)))
    }

    @Test("names come back from JSON, whatever octets they have")
    func names() throws {
        for labels in [[[0x2E]], [[0x5C, 0, 255], Array("org".utf8)], [Array("mx".utf8), Array("example".utf8)]]
            as [[[UInt8]]]
        {
            let name = try #require(DNSName(labels: labels))
            #expect(try roundTrip([name]) == [name])
        }
        #expect(try roundTrip([DNSName.root]) == [.root])
    }

    @Test("authorities from a PEM file")
    func anchors() throws {
        let pem = """
            # a comment
            -----BEGIN CERTIFICATE-----
            \(base64(try Fixtures.certificate("root")))
            -----END CERTIFICATE-----
            """
        #expect(TrustAnchors(pem: pem)?.count == 1)
        #expect(TrustAnchors(pem: "") == nil)
        #expect(TrustAnchors(pem: String(repeating: " ", count: TrustAnchors.maximumFile + 1)) == nil)
    }
}
