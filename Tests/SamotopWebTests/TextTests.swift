#if Web
    import SMTP
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopWeb

    @Suite struct TextTests {
        @Test(
            "M20: what hides or turns text shows as its number",
            arguments: [
                ("a\u{202E}b", "a⟨U+202E⟩b"), ("a\u{200D}b", "a⟨U+200D⟩b"), ("a\u{0}b", "a⟨U+0000⟩b"),
                ("\u{FEFF}x", "⟨U+FEFF⟩x"),
                ("a\u{2066}b\u{2069}", "a⟨U+2066⟩b⟨U+2069⟩"), ("a\u{E0041}", "a⟨U+E0041⟩"),
                ("a\u{3164}b", "a⟨U+3164⟩b"),
                ("a\r\n b\t c", "a b c"), ("Ünï çödé", "Ünï çödé"), ("日本語 ✓", "日本語 ✓"), ("  ", ""),
            ])
        func visible(text: String, shown: String) {
            #expect(VisibleText.of(text) == shown)
        }

        @Test("X09: a letter with 400,000 marks, and a text without end, are short on the page")
        func bounded() {
            let marks = "e" + String(repeating: "\u{301}", count: 400_000)
            #expect(VisibleText.of(marks).unicodeScalars.count <= 4)
            #expect(VisibleText.of(String(repeating: "x", count: 1_000_000)).unicodeScalars.count == 201)
            #expect(VisibleText.lines(of: String(repeating: "\u{202E}", count: 300_000)).utf8.count < 1_600_000)
        }

        @Test("Line breaks of messages are kept, one each")
        func lines() {
            #expect(VisibleText.lines(of: "a\r\nb\rc\n\nd\u{7}") == "a\nb\nc\n\nd⟨U+0007⟩")
        }

        @Test(
            "RFC 3492 §7.1: samples, both ways",
            arguments: [
                ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"), ("bcher-kva", "bücher"),
                ("egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"),
                ("pypal-4ve", "pаypal"),
            ])
        func punycode(ascii: String, unicode: String) {
            #expect(Punycode.decode(ascii) == unicode)
            #expect(Punycode.encode(unicode) == ascii)
        }

        @Test(
            "What isn't Punycode is nobody's label, and ends",
            arguments: [
                "", "a-\u{80}", "99999999", "zzzzzzzzzzzzzzzzzzzzzzzz", "-", "a_b?", String(repeating: "9", count: 63),
                String(repeating: "a", count: 64),
            ])
        func notPunycode(text: String) {
            let decoded = Punycode.decode(text)
            #expect(decoded == nil || decoded.flatMap { Punycode.encode($0) } != nil)
        }

        @Test(
            "Moments in words",
            arguments: [
                (0, "just now"), (120, "2 minutes ago"), (5400, "2 hours ago"), (86_400, "24 hours ago"),
                (3 * 86_400, "3 days ago"),
                (-3 * 86_400, "in 3 days"), (90, "2 minutes ago"), (61, "a minute ago"),
            ])
        func relative(seconds: Int64, words: String) {
            let now = Timestamp(seconds: 1_795_700_000)
            let moment = Moment(timestamp: Timestamp(seconds: now.seconds - seconds), words: .english)
            #expect(moment.relative(to: now) == words)
        }

        @Test("Moments by the calendar, and ones that no calendar has")
        func calendar() {
            let moment = Moment(timestamp: Timestamp(seconds: 1_795_699_832), words: .english)
            #expect(moment.machine == "2026-11-26T13:30:32Z")
            #expect(moment.full == "26 Nov 2026, 13:30 UTC" && moment.day == "Thu 26 Nov")
            for seconds in [Int64.min, .max, -1] {
                let moment = Moment(timestamp: Timestamp(seconds: seconds), words: .english)
                #expect(moment.machine.hasSuffix("Z"))
                #expect(!moment.relative(to: Timestamp(seconds: 0)).isEmpty)
                #expect(!moment.relative(to: Timestamp(seconds: .min)).isEmpty)
            }
        }

        @Test("Forms: decoded, the first of equal names, torn escapes as they are")
        func forms() {
            let form = FormFields("a=1&a=2&b=x+y%20z&c&=d&e=%&f=%4&g=%zz&h=%C3%BC%FF&%61b=2".utf8)
            #expect(form["a"] == "1" && form["b"] == "x y z" && form.has("c") && form["c"] == "")
            #expect(
                form["e"] == "%" && form["f"] == "%4" && form["g"] == "%zz" && form["h"] == "ü\u{FFFD}"
                    && form["ab"] == "2")
            #expect(FormFields(String(repeating: "x&", count: 100_000).utf8)["x"] == "")
            #expect(FormFields("n=a%0d%0aX:%20y".utf8).line("n", limit: 100) == "aX: y")
        }

        @Test("A form with a file, and ones that are torn at every octet")
        func multipart() {
            let body = Array(
                ("--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nT\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vcf\"\r\nContent-Type: text/vcard\r\n\r\n"
                    + "x\r\ny\r\n--b--\r\n").utf8)
            let fields = MultipartForm.read(body, boundary: Array("b".utf8))
            #expect(
                fields?["token"] == "T" && fields?.file?.name == "a.vcf" && fields?.file?.bytes == Array("x\r\ny".utf8))
            for end in 0..<(body.count - 4) {
                #expect(MultipartForm.read(Array(body[..<end]), boundary: Array("b".utf8)) == nil)
            }
            #expect(MultipartForm.boundary(in: "multipart/form-data; boundary=\"x y\"") == Array("x y".utf8))
            #expect(MultipartForm.boundary(in: "text/plain; boundary=x") == nil)
        }

        @Test(
            "Base URLs: TLS anywhere, plain only for this machine",
            arguments: [
                ("https://mail.example.org", true), ("https://mail.example.org:8443/", true),
                ("http://localhost:8025", true),
                ("http://127.0.0.1", true), ("http://mail.example.org", false), ("https://", false),
                ("https://a b", false),
                ("ftp://localhost", false), ("https://x/y", false), ("https://x:99999", false),
                ("http://localhost.evil.test", false),
            ])
        func origins(text: String, isTaken: Bool) {
            #expect((WebOrigin(text) != nil) == isTaken)
        }
    }
#endif
