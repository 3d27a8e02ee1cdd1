import SMTP

/// Commands and lines from a seed: the same seed, the same ones.
struct CommandGenerator {
    /// SplitMix64.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private var random: Random

    init(seed: UInt64) {
        random = Random(state: seed)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func coin() -> Bool { Bool.random(using: &random) }
    mutating func size() -> UInt64 { UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64(number(0...63)) }

    /// Characters of `alphabet`, in UTF-8.
    mutating func text(of alphabet: String, _ count: ClosedRange<Int>) -> [UInt8] {
        let alphabet = Array(alphabet.unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<number(count) {
            text.append(alphabet[number(0...alphabet.count - 1)])
        }
        return [UInt8](String(text).utf8)
    }

    static let printable = String(decoding: UInt8(0x21)...0x7E, as: UTF8.self)
    static let letters = "abcxyzABCXYZ"

    mutating func domain() -> Domain {
        switch number(0...5) {
        case 0: return .literal(.ipv4(UInt8(number(0...255)), 0, UInt8(number(0...255)), 1))
        case 1: return .literal(.ipv6((0..<16).map { _ in coin() ? 0 : UInt8(number(0...255)) }))
        case 2:
            return .literal(.general(tag: text(of: Self.letters, 1...5), content: text(of: "az09.:-;=@<>\"", 1...20)))
        default:
            let alphabet = coin() ? "abcXYZ019" : "abcéß例え"
            var labels = (0..<number(0...4)).map { _ in text(of: alphabet, 1...6) }
            labels.append(text(of: Self.letters, 1...8))
            return Domain([UInt8](labels.joined(separator: [0x2E]))) ?? .literal(.ipv4(1, 2, 3, 4))
        }
    }

    mutating func asciiDomain() -> Domain {
        while true {
            let domain = domain()
            if domain.isASCII { return domain }
        }
    }

    mutating func mailbox() -> Mailbox {
        while true {
            let content =
                switch number(0...3) {
                case 0: text(of: Self.printable + " ", 0...30)
                case 1: text(of: "ab.\"\\ @é用", 0...12)
                default: text(of: Self.letters + "019+-_=", 1...20)
                }
            guard let localPart = LocalPart(content) else { continue }
            return Mailbox(localPart: localPart, domain: domain())
        }
    }

    mutating func mailParameters() -> MailParameters {
        var parameters = MailParameters()
        if coin() { parameters.size = size() }
        if coin() { parameters.body = [.sevenBit, .eightBitMIME, .binaryMIME][number(0...2)] }
        parameters.smtpUTF8 = coin()
        parameters.requireTLS = coin()
        if coin() { parameters.ret = coin() ? .full : .headers }
        if coin() { parameters.envelopeID = text(of: Self.printable + " ", 1...33) }
        if coin() { parameters.auth = coin() ? .null : .mailbox(mailbox()) }
        if coin() { parameters.release = release() }
        if coin() {
            let seconds = Int32(number(1...999_999_999))
            parameters.deliverBy =
                coin()
                ? DeliverBy(seconds: seconds, mode: .return, traces: coin())
                : DeliverBy(seconds: coin() ? -seconds : seconds, mode: .notify, traces: coin())
        }
        if coin() { parameters.priority = Int8(number(-9...9)) }
        return parameters
    }

    private mutating func release() -> FutureRelease {
        if coin() { return .after(seconds: UInt32(number(1...999_999_999))) }
        let zone = ["Z", "z", ".5Z", "+01:00", ".123456789-23:59"][number(0...4)]
        return .at(Array("\(number(1000...9999))-\(number(10...12))-\(number(10...31))T12:34:56\(zone)".utf8))
    }

    mutating func rcptParameters() -> RcptParameters {
        var parameters = RcptParameters()
        if coin() { parameters.notify = coin() ? .never : Notify(rawValue: UInt8(number(1...7)) << 1) }
        if coin() {
            parameters.originalRecipient =
                coin()
                ? OriginalRecipient(
                    addressType: [UInt8]("rfc822".utf8), address: text(of: Self.printable + " ", 1...60))
                : OriginalRecipient(
                    addressType: [UInt8]("utf-8".utf8), address: text(of: "ab+=\\ é例\u{1F600}\u{10FFFF}", 1...30))
        }
        return parameters
    }

    mutating func command() -> Command {
        switch number(0...14) {
        case 0: .ehlo(asciiDomain())
        case 1: .helo(asciiDomain())
        case 2: .lhlo(asciiDomain())
        case 3, 4: .mail(number(0...5) == 0 ? .null : .mailbox(mailbox()), mailParameters())
        case 5, 6: .rcpt(number(0...5) == 0 ? .postmaster : .mailbox(mailbox()), rcptParameters())
        case 7: [.data, .rset, .quit, .startTLS][number(0...3)]
        case 8: .bdat(size: size(), last: coin())
        case 9: .noop(text(of: Self.printable, 0...20))
        case 10: .vrfy(text(of: Self.printable + "é", 1...20))
        case 11: .expn(text(of: Self.printable + "é", 1...20))
        case 12: .help(text(of: Self.printable, 0...20))
        default:
            .auth(
                mechanism: text(of: "ABZ09-_", 1...20),
                initialResponse: [nil, [0x3D], text(of: "az+/09AZ", 1...9) + []][number(0...2)].map { base64($0) })
        }
    }

    /// `text`, cut and filled up so that it is base64, or `=`.
    private func base64(_ text: [UInt8]) -> [UInt8] {
        switch text.count % 4 {
        case 0: text
        case 1: text.count == 1 ? [0x3D] : Array(text.dropLast())
        case 2: text + [0x3D, 0x3D]
        default: text + [0x3D]
        }
    }

    /// A line of any octets, or of pieces of commands with any octets thrown in.
    mutating func line() -> [UInt8] {
        guard coin() else { return (0..<number(0...80)).map { _ in UInt8(number(0...255)) } }
        let pieces = [
            "MAIL FROM:", "RCPT TO:", "EHLO ", "BDAT ", "AUTH ", "<", ">", "@", ":", ",", ".", "\"", "\\", "[", "]",
            "IPv6:", "::", "1.2.3.4",
            "ffff:", " SIZE=", " ENVID=", " ORCPT=", "utf-8;", "rfc822;", "\\x{", "}", "+", "+0A", "é", "a", "x.y", " ",
            "=", "9999999999", "\t", "LAST",
        ]
        var line = [UInt8](pieces[number(0...4)].utf8)
        for _ in 0..<number(0...20) {
            line += number(0...15) == 0 ? [UInt8(number(0...255))] : [UInt8](pieces[number(0...pieces.count - 1)].utf8)
        }
        return line
    }

    /// `line` with an octet changed, inserted or removed here and there.
    mutating func mutated(_ line: [UInt8]) -> [UInt8] {
        var line = line
        for _ in 0..<number(1...3) {
            let position = number(0...line.count)
            switch number(0...2) {
            case 0: line.insert(UInt8(number(0...255)), at: position)
            case 1 where position < line.count: line.remove(at: position)
            case 2 where position < line.count: line[position] = UInt8(number(0...255))
            default: break
            }
        }
        return line
    }
}
