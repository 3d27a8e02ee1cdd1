import SMTP
import Testing

@Suite("Parameters of MAIL and RCPT")
struct ParameterTests {
    static func mail(_ parameters: String) throws -> MailParameters {
        guard case .mail(_, let parameters) = try Line.parse("MAIL FROM:<a@x> \(parameters)") else {
            throw CommandError(.syntax)
        }
        return parameters
    }

    static func rcpt(_ parameters: String) throws -> RcptParameters {
        guard case .rcpt(_, let parameters) = try Line.parse("RCPT TO:<a@x> \(parameters)") else {
            throw CommandError(.syntax)
        }
        return parameters
    }

    @Test("every parameter of MAIL")
    func mailParameters() throws {
        let parameters = try Self.mail(
            "SIZE=1000 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS ENVID=QQ+2B314159 AUTH=e+3Dmc2@example.com")
        #expect(parameters.size == 1000)
        #expect(parameters.body == .eightBitMIME)
        #expect(parameters.smtpUTF8)
        #expect(parameters.requireTLS)
        #expect(parameters.ret == .headers)
        #expect(parameters.envelopeID == [UInt8]("QQ+314159".utf8))
        #expect(parameters.auth == Mailbox("e=mc2@example.com").map(ReversePath.mailbox))
        #expect(parameters.used == [.size, .eightBitMIME, .smtpUTF8, .requireTLS, .dsn, .auth])
    }

    @Test("keywords and values in any case of letters, in any order")
    func letters() throws {
        let parameters = try Self.mail("ret=full auth=<> smtputf8 body=binarymime size=0")
        #expect(parameters.ret == .full)
        #expect(parameters.auth == ReversePath.null)
        #expect(parameters.body == .binaryMIME)
        #expect(parameters.size == 0)
        #expect(parameters.used == [.dsn, .auth, .smtpUTF8, .binaryMIME, .size])
        #expect(try Self.mail("body=7bit").used == .eightBitMIME)
        #expect(try Self.mail("RequireTls").used == .requireTLS)
        #expect(MailParameters().used == [])
    }

    @Test("every parameter of RCPT")
    func rcptParameters() throws {
        let parameters = try Self.rcpt("NOTIFY=success,FAILURE,Delay ORCPT=rfc822;Bob+2Btag@Example.COM")
        #expect(parameters.notify == [.success, .failure, .delay])
        #expect(parameters.originalRecipient?.addressType == [UInt8]("rfc822".utf8))
        #expect(parameters.originalRecipient?.address == [UInt8]("Bob+tag@Example.COM".utf8))
        #expect(parameters.used == .dsn)
        #expect(try Self.rcpt("NOTIFY=NEVER").notify == .never)
        #expect(RcptParameters().used == [])
    }

    @Test(
        "S22: twenty digits are a number, whatever it is", arguments: ["18446744073709551616", "99999999999999999999"])
    func hugeSize(_ digits: String) throws {
        #expect(try Self.mail("SIZE=\(digits)").size == .max)
    }

    @Test(
        "S22, S23: bad values and duplicates in MAIL: 501 5.5.4",
        arguments: [
            "SIZE=abc", "SIZE=", "SIZE", "SIZE=-1", "SIZE=1 SIZE=2", "SIZE=1 SIZE=1", "SIZE=1x",
            "SIZE=999999999999999999999", "SIZE=100000000000000000000", "SIZE = 1", "SIZE 1", "BODY", "BODY=",
            "BODY=9BIT", "BODY=8BITMIMEX", "BODY=7BIT BODY=7BIT", "RET=FULL RET=HDRS",
            "RET=NONE", "RET", "SMTPUTF8=YES", "SMTPUTF8=", "SMTPUTF8 SMTPUTF8", "REQUIRETLS=1",
            "REQUIRETLS REQUIRETLS", "ENVID", "ENVID=",
            "ENVID=a=b", "ENVID=a ENVID=b", "AUTH", "AUTH=", "AUTH=ann", "AUTH=<a@x>", "AUTH=<> AUTH=<>",
            "AUTH=e=mc2@x", "=1", "-A=1", "#$%=!@#",
            " SIZE=1", "SIZE=1  SMTPUTF8", "SIZE=1,BODY=7BIT", "X_Y=1", "XFOO=", "XFOO=a=b", "ENVID=é", "AUTH=é@x",
        ])
    func badMail(_ parameters: String) {
        #expect(Line.error("MAIL FROM:<a@x> \(parameters)") == CommandError(.parameterSyntax, verb: .mail))
    }

    @Test(
        "S23: bad values and duplicates in RCPT: 501 5.5.4",
        arguments: [
            "NOTIFY", "NOTIFY=", "NOTIFY=NEVER,SUCCESS", "NOTIFY=SUCCESS,NEVER", "NOTIFY=SUCCESS,", "NOTIFY=,SUCCESS",
            "NOTIFY=SUCCESS,,DELAY",
            "NOTIFY=ALWAYS", "NOTIFY=NEVER NOTIFY=NEVER", "ORCPT", "ORCPT=", "ORCPT=rfc822", "ORCPT=rfc822;",
            "ORCPT=;a@x", "ORCPT=rfc822;a=b@x",
            "ORCPT=rf c;a@x", "ORCPT=rfc822;a@x ORCPT=rfc822;a@x", "ORCPT=rfc822;é@x", "ORCPT=rfc822;+C3+A9@x",
            "ORCPT=r@c;a", "ORCPT=r=c;a",
        ])
    func badRcpt(_ parameters: String) {
        #expect(Line.error("RCPT TO:<a@x> \(parameters)") == CommandError(.parameterSyntax, verb: .rcpt))
    }

    @Test(
        "S23: unknown parameters: 555 5.5.4", arguments: ["XFOO=1", "XFOO", "X-Y=é", "SIZES=1", "RRVS=x", "1=2"])
    func unknown(_ parameter: String) {
        #expect(Line.error("MAIL FROM:<a@x> \(parameter)") == CommandError(.parameterUnknown, verb: .mail))
        #expect(Line.error("RCPT TO:<a@x> \(parameter)") == CommandError(.parameterUnknown, verb: .rcpt))
    }

    @Test("a parameter of the other command is unknown")
    func other() {
        #expect(Line.error("RCPT TO:<a@x> SIZE=1")?.kind == .parameterUnknown)
        #expect(Line.error("MAIL FROM:<a@x> NOTIFY=NEVER")?.kind == .parameterUnknown)
    }

    @Test("S22: the largest sizes")
    func size() throws {
        #expect(try Self.mail("SIZE=18446744073709551615").size == .max)
        #expect(try Self.mail("SIZE=999999999999").size == 999_999_999_999)
        #expect(try Self.mail("SIZE=00000000000000000001").size == 1)
        #expect(Line.error("MAIL FROM:<a@x> SIZE=000000000000000000001")?.kind == .parameterSyntax)
    }

    @Test("S24: xtext that decodes to a control character, or not at all", arguments: Array(UInt8(0)...31) + [127])
    func control(_ octet: UInt8) {
        let digits = [UInt8]("0123456789ABCDEF".utf8)
        let hexadecimal = String(decoding: [digits[Int(octet >> 4)], digits[Int(octet & 15)]], as: UTF8.self)
        #expect(Line.error("MAIL FROM:<a@x> ENVID=a+\(hexadecimal)b")?.kind == .parameterSyntax)
        #expect(Line.error("MAIL FROM:<a@x> AUTH=a+\(hexadecimal)b@x")?.kind == .parameterSyntax)
        #expect(Line.error("MAIL FROM:<a@x> AUTH=+22a+\(hexadecimal)b+22@x")?.kind == .parameterSyntax)
        #expect(Line.error("RCPT TO:<a@x> ORCPT=rfc822;a+\(hexadecimal)b")?.kind == .parameterSyntax)
        #expect(Line.error("RCPT TO:<a@x> ORCPT=utf-8;a\\x{\(hexadecimal)}b")?.kind == .parameterSyntax)
    }

    @Test("S24: malformed xtext", arguments: ["+", "+A", "+ZZ", "+0a", "+2b", "a+", "+ 41", "+4", "a+4", "+80", "+C3"])
    func malformed(_ text: String) {
        #expect(Line.error("MAIL FROM:<a@x> ENVID=\(text)")?.kind == .parameterSyntax)
        #expect(Line.error("RCPT TO:<a@x> ORCPT=rfc822;\(text)")?.kind == .parameterSyntax)
    }

    @Test("lengths of ENVID and ORCPT")
    func lengths() {
        let long = String(repeating: "a", count: 100)
        #expect(Line.error("MAIL FROM:<a@x> ENVID=\(long)") == nil)
        #expect(Line.error("MAIL FROM:<a@x> ENVID=\(long)a")?.kind == .parameterSyntax)
        #expect(Line.error("MAIL FROM:<a@x> ENVID=\(long.dropLast(2))+41")?.kind == .parameterSyntax)
        let longest = String(repeating: "a", count: 493)
        #expect(Line.error("RCPT TO:<a@x> ORCPT=rfc822;\(longest)") == nil)
        #expect(Line.error("RCPT TO:<a@x> ORCPT=rfc822;\(longest)a")?.kind == .parameterSyntax)
    }

    @Test("ORCPT of the type utf-8, RFC 6533 §3")
    func utf8Recipient() throws {
        let address = [UInt8]("jörg+1@例え.テスト".utf8)
        #expect(try Self.rcpt("ORCPT=utf-8;jörg\\x{2B}1@例え.テスト").originalRecipient?.address == address)
        let encoded = try Self.rcpt("ORCPT=UTF-8;j\\x{F6}rg\\x{2b}1@\\x{4F8B}\\x{3048}.\\x{30C6}\\x{30B9}\\x{30C8}")
        #expect(encoded.originalRecipient?.address == address)
        for text in [
            "", "+41", "a=b", "\\", "\\x", "\\x{", "\\x{}", "\\x{4}", "\\x{41}", "\\x{9B}", "\\x{D800}", "\\x{110000}",
            "\\x{0041}", "\\x{00E9}", "\\x{1234567}", "\\X{E9}", "\\x{E9", "\\x{GG}",
        ] {
            #expect(Line.error("RCPT TO:<a@x> ORCPT=utf-8;\(text)")?.kind == .parameterSyntax, "\(text)")
        }
    }

    @Test("OriginalRecipient takes what can be written")
    func originalRecipient() {
        let rfc822 = [UInt8]("rfc822".utf8)
        #expect(OriginalRecipient(addressType: rfc822, address: [UInt8]("a b=c+d@x".utf8)) != nil)
        #expect(OriginalRecipient(addressType: rfc822, address: []) == nil)
        #expect(OriginalRecipient(addressType: rfc822, address: [0x61, 0x0A]) == nil)
        #expect(OriginalRecipient(addressType: rfc822, address: [0xC3, 0xA9]) == nil)
        #expect(OriginalRecipient(addressType: [UInt8]("utf-8".utf8), address: [0xC3, 0xA9]) != nil)
        #expect(OriginalRecipient(addressType: [UInt8]("utf-8".utf8), address: [0xC3]) == nil)
        #expect(OriginalRecipient(addressType: [UInt8]("utf-8".utf8), address: [0x61, 0x0A]) == nil)
        #expect(OriginalRecipient(addressType: [], address: [0x61]) == nil)
        #expect(OriginalRecipient(addressType: [UInt8]("rfc822\r\n".utf8), address: [0x61]) == nil)
        #expect(OriginalRecipient(addressType: rfc822, address: [UInt8](repeating: 0x61, count: 494)) == nil)
        #expect(OriginalRecipient(addressType: rfc822, address: [UInt8](repeating: 0x20, count: 165)) == nil)
    }
}
