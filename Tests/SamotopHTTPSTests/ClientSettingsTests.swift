import NameResolution
import Testing

@testable import SamotopHTTPS

@Suite("Mail programs are told their settings")
struct ClientSettingsTests {
    static func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    static func settings(imap: Bool = true) throws -> ClientSettings {
        ClientSettings(
            host: try name("mx.example.org"), domains: [try name("example.org")],
            outgoing: [
                try #require(MailServerPlace(host: "mx.example.org", port: 465, security: .implicit)),
                try #require(MailServerPlace(host: "mx.example.org", port: 587, security: .starttls)),
            ], imap: imap ? MailServerPlace(host: "imap.example.org", port: 993, security: .implicit) : nil)
    }

    static func page(_ host: String, _ path: String, _ body: String? = nil, imap: Bool = true) throws -> String? {
        let request = PageRequest(host: try name(host), path: path, body: body.map { Array($0.utf8) })
        return try settings(imap: imap).page(request).map { String(decoding: $0.body, as: UTF8.self) }
    }

    static func asking(_ address: String) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
          <Request><EMailAddress>\(address)</EMailAddress>
          <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
          </Request>
        </Autodiscover>
        """
    }

    @Test(
        "autoconfig, at both places",
        arguments: [
            ("autoconfig.example.org", "/mail/config-v1.1.xml"),
            ("example.org", "/.well-known/autoconfig/mail/config-v1.1.xml"),
            ("AUTOCONFIG.example.org", "/.well-known/autoconfig/mail/config-v1.1.xml"),
        ])
    func autoconfig(host: String, path: String) throws {
        let text = try #require(try Self.page(host, path))
        #expect(StrictXML(Array(text.utf8))?.text(at: ["clientConfig", "emailProvider", "domain"]) == "example.org")
        for part in [
            "<port>465</port>", "<socketType>SSL</socketType>", "<port>587</port>",
            "<socketType>STARTTLS</socketType>", "<incomingServer type=\"imap\">",
            "<username>%EMAILADDRESS%</username>",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test("IMAP only where it is known") func imap() throws {
        let text = try #require(try Self.page("autoconfig.example.org", "/mail/config-v1.1.xml", imap: false))
        #expect(!text.contains("incomingServer"))
        #expect(StrictXML(Array(text.utf8)) != nil)
    }

    @Test(
        "nothing for other hosts, paths, methods",
        arguments: [
            ("autoconfig.example.net", "/mail/config-v1.1.xml", nil), ("www.example.org", "/mail/config-v1.1.xml", nil),
            ("autoconfig.example.org", "/mail/", nil), ("autoconfig.example.org", "/mail/config-v1.1.xml", "x"),
            ("autodiscover.example.org", "/autodiscover/autodiscover.xml", nil),
            ("autodiscover.example.org", "/autodiscover/autodiscover.xml", "<a>"),
            ("autodiscover.example.org", "/autodiscover/autodiscover.xml", "<Autodiscover/>"),
        ] as [(String, String, String?)])
    func nothing(host: String, path: String, body: String?) throws {
        #expect(try Self.page(host, path, body) == nil)
    }

    @Test(
        "autodiscover, for an address of ours",
        arguments: ["autodiscover.example.org", "mx.example.org", "example.org"])
    func autodiscover(host: String) throws {
        let text = try #require(
            try Self.page(host, "/Autodiscover/Autodiscover.xml", Self.asking("o'ann&amp;co@example.org")))
        let document = try #require(StrictXML(Array(text.utf8)))
        let path = ["Autodiscover", "Response", "Account", "Protocol"]
        #expect(document.text(at: path + ["Type"]) == "IMAP")
        #expect(document.text(at: path + ["LoginName"]) == "o'ann&co@example.org")
        #expect(text.contains("<Port>465</Port>"))
    }

    @Test(
        "and for nobody else's",
        arguments: ["eve@example.net", "ann", "@", "ann@example.org.evil.test", "a b@example.org"])
    func others(address: String) throws {
        #expect(try Self.page("mx.example.org", "/autodiscover/autodiscover.xml", Self.asking(address)) == nil)
    }

    @Test(
        "X14: what a document could bring with it makes it unreadable",
        arguments: [
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a>&x;</a>", "<a>&#65;</a>", "<a><![CDATA[x]]></a>",
            "<a><?php x?></a>",
            "<a>", "<a></b>", "<a/><b/>", "text<a/>", "<a/>text", "", "<a b='", "<>x</>", "<a><!-- </a>",
            String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
            "<a>" + String(repeating: "x", count: 8 << 10) + "</a>",
        ])
    func strict(text: String) { #expect(StrictXML(Array(text.utf8)) == nil) }

    @Test("what a document may be") func readable() throws {
        let text = "\u{FEFF}<?xml version='1.0'?><!-- > --><p:a x=\"1>2\"><b> 1 &lt; 2</b><c/></p:a>\n"
        let document = try #require(StrictXML(Array(text.utf8)))
        #expect(document.text(at: ["a", "b"]) == "1 < 2")
        #expect(document.text(at: ["a", "c"]) == "")
        #expect(document.text(at: ["a", "d"]) == nil)
        #expect(StrictXML([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) == nil)
    }
}
