// The steps are counted in debug builds alone.
#if DEBUG
    import Testing

    @testable import SMTP

    @Suite("X08: the cost grows with the length of the line and with nothing else")
    struct LinearTimeTests {
        static func steps(_ bytes: [UInt8], _ rule: (inout Grammar) -> Void) -> Int {
            var grammar = Grammar(bytes.span)
            rule(&grammar)
            return grammar.steps
        }

        static func command(_ grammar: inout Grammar) { _ = try? grammar.command() }
        static func path(_ grammar: inout Grammar) {
            _ = grammar.reversePath()
            _ = grammar.forwardPath()
        }
        static func domain(_ grammar: inout Grammar) { _ = grammar.domainOrAddressLiteral() }
        static func parameters(_ grammar: inout Grammar) {
            _ = try? grammar.mailParameters()
            _ = try? grammar.rcptParameters()
        }
        static func text(_ grammar: inout Grammar) {
            _ = grammar.repertoire()
            _ = grammar.xtext()
            _ = grammar.utf8EncodedAddress()
            _ = grammar.base64()
        }

        /// A prefix, something repeated, and a suffix.
        static let shapes: [(String, String, String)] = [
            ("<", "a", "@x>"), ("<", "a.", "@x>"), ("<", "a.", ""), ("<\"", "a", "\"@x>"), ("<\"", "\\\"", ""),
            ("<\"", "\\", ""), ("<", "é", "@x>"),
            ("<a@", "a", ">"), ("<a@", "a.", "b>"), ("<a@", "a-", ">"), ("<a@", "é.", "x>"), ("<a@", "1", ">"),
            ("<a@", "1.", ""), ("<", "@a,", ":x@y>"),
            ("<", "@a.", ":"), ("<@a", ",@b", ":x@y>"), ("<", "<", ""), ("<a@[", "1", "]>"), ("<a@[IPv6:", "1:", "]>"),
            ("<a@[IPv6:", ":", "]>"), ("<a@[x:", "y", "]>"),
            ("a", "a.", ""), ("[", "a-", ":"), ("[x:", "[", "]"), ("[IPv6:", "f", "]"), ("", " SIZE=1", ""),
            (" SIZE=", "1", ""), (" ", "A", "=1"), (" A=", "x", ""),
            (" A=", "é", ""), (" ENVID=", "+41", ""), (" ENVID=", "+", ""), (" AUTH=", "a", "@x"),
            (" AUTH=", "+22", ""), (" NOTIFY=SUCCESS", ",DELAY", ""), (" ORCPT=", "a", ";"),
            (" ORCPT=a;", "+41", ""), (" ORCPT=utf-8;", "\\x{E9}", ""), (" ORCPT=utf-8;", "\\", ""), ("", "é", ""),
            ("", "\\x{", ""), ("", "ab", "="), ("", " ", ""), ("", "\t", ""),
        ]

        @Test("every rule, on inputs of n and 2n octets", arguments: shapes)
        func rules(_ prefix: String, _ repeated: String, _ suffix: String) {
            let rules: [(String, (inout Grammar) -> Void)] = [
                ("path", Self.path), ("domain", Self.domain), ("parameters", Self.parameters), ("text", Self.text),
                ("command", Self.command),
            ]
            for (name, rule) in rules {
                let once = [UInt8]((prefix + String(repeating: repeated, count: 5_000) + suffix).utf8)
                let twice = [UInt8]((prefix + String(repeating: repeated, count: 10_000) + suffix).utf8)
                let few = Self.steps(once, rule)
                let many = Self.steps(twice, rule)
                #expect(many <= 2 * few + 200, "\(name)")
                #expect(few <= 12 * once.count + 500, "\(name)")
            }
        }

        @Test("whole lines up to their limit, and past it", arguments: shapes)
        func lines(_ prefix: String, _ repeated: String, _ suffix: String) {
            for start in [
                "MAIL FROM:", "RCPT TO:", "MAIL FROM:<a@x>", "RCPT TO:<a@x>", "EHLO ", "AUTH ", "BDAT ", "NOOP ", "",
            ] {
                for count in [50, 100, 200, 400, 10_000, 1_000_000 / repeated.utf8.count] {
                    let line = [UInt8]((start + prefix + String(repeating: repeated, count: count) + suffix).utf8)
                    let steps = Self.steps(line, Self.command)
                    #expect(
                        steps <= 12 * min(line.count, 12_288) + 1_000, "\(start) \(count): \(steps) for \(line.count)")
                }
            }
        }

        @Test("any octets: no trap, and no more steps than octets allow", arguments: [11, 12, 13, 14] as [UInt64])
        func random(_ seed: UInt64) {
            var generator = CommandGenerator(seed: seed)
            for _ in 0..<10_000 {
                let line = generator.line()
                for rule in [Self.command, Self.path, Self.domain, Self.parameters, Self.text] {
                    #expect(Self.steps(line, rule) <= 12 * line.count + 500)
                }
                _ = CommandVerb(of: line.span)
                _ = Mailbox(line)
                _ = LocalPart(line)?.bytes
                _ = OriginalRecipient(addressType: [0x61], address: line)
                _ = Command.noop(line).bytes
                _ = AddressLiteral.ipv6(line).bytes
            }
        }
    }
#endif
