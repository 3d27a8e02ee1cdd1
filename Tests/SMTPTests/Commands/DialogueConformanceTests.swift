import SMTP
import Testing

@Suite("Command lines of aiosmtpd's dialogues")
struct DialogueConformanceTests {
    struct Dialogue: Decodable {
        var id: String
        var steps: [Step]
    }

    struct Step: Decodable {
        var send: String?
        var expect: String?
    }

    /// A line, and the reply code that aiosmtpd gives.
    struct Exchange {
        var id: String
        var line: String
        var code: String
    }

    /// The command lines of the set: all up to an accepted DATA, but for the answers within AUTH.
    static func exchanges() throws -> [Exchange] {
        let dialogues = try Conformance.cases("smtp-aiosmtpd/dialogues.json", as: Dialogue.self)
        return dialogues.flatMap { dialogue in
            var exchanges: [Exchange] = []
            var line: String?
            for step in dialogue.steps {
                if let send = step.send {
                    line = send.hasSuffix("\r\n") ? String(send.dropLast()) : send
                } else if let code = step.expect, let sent = line {
                    if exchanges.last?.code == "354" || exchanges.last?.code == "334" || sent == "*" || sent == "ab@%" {
                        break
                    }
                    exchanges.append(Exchange(id: dialogue.id, line: sent, code: String(code.prefix(3))))
                    line = nil
                }
            }
            return exchanges
        }
    }

    // Where the session decides, not the grammar: the line is a good one, the code comes from state or policy.
    static let stateDecides: Set<String> = [
        // HELP takes any String (RFC 5321 §4.1.1.8).
        "HELP me!",
        // SIZE after HELO, SMTPUTF8 not offered: `MailParameters.used` tells.
        "MAIL FROM:<anne@example.com> SIZE=10000", "MAIL FROM:<anne@example.com> SMTPUTF8",
    ]

    // Where aiosmtpd takes more than RFC 5321 allows.
    static let refusedHere: [String: String] = [
        "AUTH": "RFC 4954 §4: a mechanism is required; aiosmtpd looks at the order of commands first",
        "MAIL FROM:<anne@example.com>  SIZE=10000": "RFC 5321 §4.1.2: one SP before a parameter",
        "anne@127.0.0.1": "RFC 5321 §4.1.3: an IPv4 address is a literal, with brackets",
        "anne@[IPv6::1]": "RFC 5321 §4.1.3: `:1` is no IPv6-addr",
        "anne(comment)@example.com": "RFC 5321 §4.1.2: no comments",
        "(comment)anne@example.com": "RFC 5321 §4.1.2: no comments",
        "anne@example.com(comment)": "RFC 5321 §4.1.2: no comments",
        "anne@machine(comment).  example": "RFC 5321 §4.1.2: no comments, no spaces",
        "much.\"more\\ unusual\"@example.com": "RFC 5321 §4.1.2: a Local-part is quoted as a whole or not at all",
        "very.\"(),:;<>[]\".VERY.\"very@\\ \"very.unusual@strange.example.com": "the same",
        "Fred\\ Bloggs@example.com": "RFC 5321 §4.1.2: a backslash stands in quotes only",
        "Joe.\\\\Blow@example.com": "the same",
    ]

    /// The line as RFC 5321 §3.3 wants it: no space after the colon, angle brackets around the address.
    static func repaired(_ line: String) -> String {
        for start in ["MAIL FROM:", "RCPT TO:"] where line.hasPrefix(start) {
            let argument = line.dropFirst(start.count).drop(while: { $0 == " " })
            // A bare address is the whole argument.
            guard !argument.contains("<") || argument.hasPrefix("very."), !argument.isEmpty else {
                return start + argument
            }
            return "\(start)<\(argument)>"
        }
        return line
    }

    @Test("good lines are commands, bad lines are not")
    func dialogues() throws {
        let exchanges = try Self.exchanges()
        #expect(exchanges.count > 300)
        var good = 0
        var bad = 0
        var used: Set<String> = []
        for one in exchanges {
            let line = Self.repaired(one.line)
            if line != one.line {
                // RFC 5321 §3.3, §4.1.2: neither a space nor a missing bracket.
                #expect(Line.error(one.line) != nil, "\(one.line)")
            }
            let argument = line.split(separator: "<", maxSplits: 1).last.map { String($0.dropLast()) } ?? ""
            let isTooLong = argument.utf8.prefix { $0 != UInt8(ascii: "@") }.count > 64 || argument.utf8.count > 254
            used.formUnion([line, argument])
            if Self.refusedHere[line] != nil || Self.refusedHere[argument] != nil || (isTooLong && line.contains(":<"))
            {
                // RFC 5321 §4.5.3.1 for the long ones.
                #expect(Line.error(line) != nil, "\(one.id): \(line)")
            } else if ["500", "501", "553", "555"].contains(one.code), !Self.stateDecides.contains(line) {
                #expect(Line.error(line) != nil, "\(one.id): \(line)")
                bad += 1
            } else {
                #expect(Line.error(line) == nil, "\(one.id): \(line)")
                good += 1
            }
        }
        // No exception outlives its case.
        #expect(used.isSuperset(of: Self.refusedHere.keys))
        #expect(used.isSuperset(of: Self.stateDecides))
        #expect(good > 250)
        #expect(bad > 25)
    }
}
