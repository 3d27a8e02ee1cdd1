import SMTP
import Testing

@testable import SamotopClient

@Suite("Servers as URLs") struct ServerURLTests {
    @Test("schemes, ports, users, TLS")
    func forms() throws {
        let plain = try ServerURL("smtp://mx.out.test")
        #expect(plain.server == .host("mx.out.test", port: 25))
        #expect(plain.configuration.tls.mode == .required)
        let submission = try ServerURL("smtp://a%40b:p%3A%2Fx@mx.out.test?tls=required&hello=me.test")
        #expect(submission.server == .host("mx.out.test", port: 587))
        #expect(submission.configuration.hello == Domain("me.test"))
        guard case .password("a@b", "p:/x", nil)? = submission.configuration.authentication?.credentials else {
            return #expect(Bool(false))
        }
        #expect(submission.configuration.authentication?.isAllowedInClear == false)
        let secure = try ServerURL("SMTPS://[2001:db8::1]:4650/")
        #expect(secure.server == .host("2001:db8::1", port: 4650))
        #expect(secure.configuration.tls.mode == .implicit)
        #expect(try ServerURL("smtps://u:p@x.test").server == .host("x.test", port: 465))
        let unix = try ServerURL("lmtp:///run/a%20b/lmtp")
        #expect(unix.server == .unix(path: "/run/a b/lmtp"))
        #expect(unix.configuration.dialect == .lmtp)
        #expect(unix.configuration.tls.mode == .none)
        let lmtp = try ServerURL("lmtp://127.0.0.1?tls=none")
        #expect(lmtp.server == .host("127.0.0.1", port: 24))
        #expect(lmtp.configuration.tls.mode == .none)
        #expect(try ServerURL("smtp://x.test?tls=opportunistic").configuration.tls.mode == .opportunistic)
        #expect(
            try ServerURL("smtp://u:p@x.test?tls=none&auth=in-clear").configuration.authentication?.isAllowedInClear
                == true)
    }

    @Test(
        "what is no such URL is an error that doesn't show the password",
        arguments: [
            "", "mx.out.test", "http://x.test", "smtp://", "smtp:///path", "smtp://x.test/path", "smtp://x.test:0",
            "smtp://x.test:65536", "smtp://x.test:+25", "smtp://x.test:", "smtp://u@x.test", "smtp://:hunter2@x.test",
            "smtp://u:@x.test", "smtp://u:hunter2%@x.test", "smtp://u:hunter2%zz@x.test", "smtp://u:hunter2%00@x.test",
            "smtp://u:hunter2%ff@x.test", "smtp://x.test?tls=maybe", "smtp://x.test?tls", "smtp://x.test?x=y",
            "smtps://x.test?tls=none",
            "smtp://[::1", "smtp://[::1]x", "smtp://x.test#f", "smtp://x.test?hello=a..b", "lmtp://", "lmtp:///",
            "lmtp://u:hunter2@/x",
        ])
    func faults(_ url: String) {
        do throws(SMTPClientError) {
            _ = try ServerURL(url)
            Issue.record("\(url) was taken")
        } catch {
            #expect(error.kind == .client)
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}
