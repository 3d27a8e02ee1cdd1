import Testing

@testable import SMTP

@Suite("What servers offer (RFC 5321 §4.1.1.1)") struct CapabilityTests {
    static func read(_ lines: String...) -> ServerCapabilities {
        ServerCapabilities(ServerReply(code: 250, text: Array(lines.joined(separator: "\n").utf8)))
    }

    @Test("every extension this library knows, in any case of letters")
    func known() {
        let all = Self.read(
            "mx.out.test greets you", "PIPELINING", "size 1000", "8BitMime", "CHUNKING", "BINARYMIME", "SMTPUTF8",
            "DSN",
            "STARTTLS", "REQUIRETLS", "AUTH PLAIN scram-sha-256", "LIMITS MAILMAX=3 RCPTMAX=7 RCPTDOMAINMAX=2 X=y",
            "ENHANCEDSTATUSCODES", "HELP", "FutureRelease 60 2030-01-01T00:00:00Z", "DELIVERBY 5", "MT-PRIORITY MIXER",
            "XCLIENT NAME ADDR")
        #expect(all.extensions == .all)
        #expect(all.name == Array("mx.out.test".utf8))
        #expect(all.maximumSize == 1000)
        #expect(all.offers(mechanism: "SCRAM-SHA-256"))
        #expect(!all.offers(mechanism: "LOGIN"))
        #expect(all.limits.transactions == 3)
        #expect(all.limits.recipients == 7)
        #expect(all.limits.recipientDomains == 2)
        #expect(
            all.keywords.last
                == .init(name: Array("XCLIENT".utf8), parameters: [Array("NAME".utf8), Array("ADDR".utf8)]))
    }

    @Test("oddities of real servers, and what is no keyword")
    func odd() {
        let odd = Self.read(
            "mx", "AUTH=LOGIN PLAIN", "AUTH PLAIN XOAUTH2", "SIZE", "", "  DSN  ", "-x", "é", "BINARYMIME")
        #expect(odd.mechanisms.map { String(decoding: $0, as: UTF8.self) } == ["LOGIN", "PLAIN", "XOAUTH2"])
        #expect(odd.maximumSize == nil)
        #expect(odd.extensions.contains(.dsn))
        #expect(!odd.extensions.contains(.binaryMIME), "BINARYMIME without CHUNKING can't be used")
        #expect(odd.keywords.count == 5)
        #expect(Self.read("mx", "SIZE 0").maximumSize == nil)
        #expect(Self.read("mx", "SIZE 99999999999999999999").maximumSize == nil)
        #expect(Self.read("mx", "SIZE -1").maximumSize == nil)
        #expect(Self.read("mx", "LIMITS RCPTMAX=0 MAILMAX= RCPTMAX").limits == .init())
        // The first line is the server's name, whatever it looks like.
        #expect(Self.read("STARTTLS").extensions.isEmpty)
    }
}
