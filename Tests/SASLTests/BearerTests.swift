import Testing

@testable import SASL

@Suite("RFC 7628: OAUTHBEARER, and XOAUTH2") struct BearerTests {
    @Test("RFC 7628 §4.1: the example, and what else is lawful")
    func lawful() throws {
        let example = try BearerMessage(
            oauthBearer: Array(
                "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=143\u{1}auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}"
                    .utf8))
        #expect(
            example.authorizing == "user@example.com" && example.token == "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")
        #expect("\(example)" == "BearerMessage")
        for (text, name) in [
            ("n,,\u{1}auth=Bearer t\u{1}\u{1}", ""), ("y,,\u{1}auth=bearer  t\u{1}\u{1}", ""),
            ("n,a=a=2Cb=3Dc,\u{1}auth=BEARER t\u{1}\u{1}", "a,b=c"), ("n,,\u{1}x=\u{1}auth=Bearer t\u{1}\u{1}", ""),
            ("n,a=ä@our.test,\u{1}auth=Bearer t\u{1}\u{1}", "ä@our.test"),
        ] {
            let message = try BearerMessage(oauthBearer: Array(text.utf8))
            #expect(message.authorizing == name && message.token == "t", "\(text)")
        }
        let old = try BearerMessage(xoauth2: Array("user=ann@our.test\u{1}auth=Bearer t.u-v_w~x+y/z==\u{1}\u{1}".utf8))
        #expect(old.authorizing == "ann@our.test" && old.token == "t.u-v_w~x+y/z==")
        // RFC 7628 §4.3: who asks which token it needs.
        #expect(try BearerMessage(oauthBearer: Array("n,,\u{1}auth=\u{1}\u{1}".utf8)).token.isEmpty)
    }

    @Test(
        "U07: what is no message of OAUTHBEARER",
        arguments: [
            "", "\u{1}", "\u{1}\u{1}", "n,,", "n,,\u{1}", "n,,\u{1}\u{1}", "n,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,,,\u{1}auth=Bearer t\u{1}\u{1}", "n,,x\u{1}auth=Bearer t\u{1}\u{1}",
            "p=tls-exporter,,\u{1}auth=Bearer t\u{1}\u{1}",
            "F,n,,\u{1}auth=Bearer t\u{1}\u{1}", "x,,\u{1}auth=Bearer t\u{1}\u{1}", ",,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,ann,\u{1}auth=Bearer t\u{1}\u{1}", "n,a=,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,a=a=2cb,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,a=a=,\u{1}auth=Bearer t\u{1}\u{1}", "n,a=a\u{0}b,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,,\u{1}auth=Bearer t\u{1}", "n,,\u{1}auth=Bearer t", "n,,auth=Bearer t\u{1}\u{1}",
            "n,,\u{1}auth=Bearer t\u{1}\u{1}\u{1}", "n,,\u{1}auth=Bearer t\u{1}\u{1}x",
            "n,,\u{1}\u{1}auth=Bearer t\u{1}\u{1}",
            "n,,\u{1}auth=Bearer t\u{1}auth=Bearer u\u{1}\u{1}", "n,,\u{1}auth=Bearer t\u{1}AUTH=Bearer u\u{1}\u{1}",
            "n,,\u{1}host=a\u{1}host=b\u{1}auth=Bearer t\u{1}\u{1}", "n,,\u{1}host=a\u{1}\u{1}",
            "n,,\u{1}=x\u{1}auth=Bearer t\u{1}\u{1}",
            "n,,\u{1}a b=x\u{1}auth=Bearer t\u{1}\u{1}", "n,,\u{1}host\u{1}auth=Bearer t\u{1}\u{1}",
            "n,,\u{1}host=\u{0}\u{1}auth=Bearer t\u{1}\u{1}", "n,,\u{1}auth=Basic t\u{1}\u{1}",
            "n,,\u{1}auth=Bearer\u{1}\u{1}",
            "n,,\u{1}auth=Bearer \u{1}\u{1}", "n,,\u{1}auth=Bearer t u\u{1}\u{1}", "n,,\u{1}auth=Bearer t,\u{1}\u{1}",
            "n,,\u{1}auth=Bearer =\u{1}\u{1}", "n,,\u{1}auth=Bearer t=t\u{1}\u{1}", "n,,\u{1}auth=Bearer té\u{1}\u{1}",
            "n,,\u{1}auth=Bearert\u{1}\u{1}", "user=ann@our.test\u{1}auth=Bearer t\u{1}\u{1}",
        ]) func malformed(_ text: String)
    {
        #expect(throws: SASLFailure.malformed) { try BearerMessage(oauthBearer: Array(text.utf8)) }
    }

    @Test(
        "U07: what is no message of XOAUTH2",
        arguments: [
            "", "user=ann\u{1}\u{1}", "auth=Bearer t\u{1}\u{1}", "user=\u{1}auth=Bearer t\u{1}\u{1}",
            "user=ann\u{1}auth=Bearer t\u{1}", "user=ann\u{1}user=bob\u{1}auth=Bearer t\u{1}\u{1}",
            "user=ann\u{1}auth=Bearer t\u{1}x=y\u{1}\u{1}", "user=a\nb\u{1}auth=Bearer t\u{1}\u{1}",
            "n,a=ann,\u{1}auth=Bearer t\u{1}\u{1}",
        ]) func malformedOld(_ text: String)
    {
        #expect(throws: SASLFailure.malformed) { try BearerMessage(xoauth2: Array(text.utf8)) }
    }

    @Test("U10: messages and tokens have a length; no octet string is a trap")
    func bounds() throws {
        let longest = String(repeating: "a", count: BearerMessage.longestToken)
        #expect(try BearerMessage(oauthBearer: Array("n,,\u{1}auth=Bearer \(longest)\u{1}\u{1}".utf8)).token == longest)
        #expect(throws: SASLFailure.malformed) {
            try BearerMessage(oauthBearer: Array("n,,\u{1}auth=Bearer \(longest)a\u{1}\u{1}".utf8))
        }
        #expect(throws: SASLFailure.malformed) {
            try BearerMessage(oauthBearer: Array("n,,\u{1}x=".utf8) + Array(repeating: 0x61, count: 1 << 20))
        }
        let octets: [UInt8] = [0, 1, 0x3D, 0x2C, 0x61, 0x6E, 0x20, 0x42, 0xFF]
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<5_000 {
            let noise = (0..<next(24)).map { _ in octets[next(octets.count)] }
            _ = try? BearerMessage(oauthBearer: noise)
            _ = try? BearerMessage(xoauth2: noise)
            _ = try? ExternalMessage(noise)
        }
    }

    @Test("RFC 7628 §3.2.2: what a refused client is told is JSON, whatever the operator wrote")
    func challenge() {
        let challenge = BearerChallenge(scopes: ["a", "b"], configuration: "https://id.our.test/x\"\\\u{1}")
        #expect(
            String(decoding: challenge.octets(.invalidToken), as: UTF8.self)
                == #"{"status":"invalid_token","scope":"a b","openid-configuration":"https://id.our.test/x\"\\\u0001"}"#
        )
        let bare = BearerChallenge(scopes: [], configuration: "c")
        #expect(
            String(decoding: bare.octets(.insufficientScope), as: UTF8.self)
                == #"{"status":"insufficient_scope","openid-configuration":"c"}"#)
        #expect(String(decoding: bare.xoauth2, as: UTF8.self) == #"{"status":"401","schemes":"Bearer"}"#)
    }

    @Test("RFC 4422 appendix A.1: EXTERNAL's message is a name or nothing")
    func external() throws {
        #expect(try ExternalMessage([]).authorizing.isEmpty)
        #expect(try ExternalMessage(Array("ann@our.test".utf8)).authorizing == "ann@our.test")
        for octets in [[0], [0x61, 0], [0xFF], [0x0D, 0x0A], Array(repeating: 0x61, count: 321)] as [[UInt8]] {
            #expect(throws: SASLFailure.malformed) { try ExternalMessage(octets) }
        }
    }
}
