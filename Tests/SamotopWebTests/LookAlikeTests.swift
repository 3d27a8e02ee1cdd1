#if Web
    import SMTP
    import SamotopContacts
    import Testing

    @testable import SamotopWeb

    @Suite struct LookAlikeTests {
        private func suspicions(_ address: String, name: String? = nil, knowing known: (String, String?)...)
            async throws
            -> [LookAlikes.Suspicion]
        {
            let site = try TestSite()
            for (address, name) in known { try await site.add(address, state: .welcome, name: name, subject: nil) }
            let stranger = try await site.add(address, name: name, subject: nil)
            let welcome = try await site.store.contacts(of: TestSite.ann, matching: ContactQuery(states: [.welcome]))
            return LookAlikes(welcome: welcome).suspicions(about: stranger)
        }

        @Test(
            "W11: an address that looks like a known one is told",
            arguments: [
                "ann@paypa1.test", "ann@paypal1.test", "ann@papyal.test", "ann@pavpal.test", "ann@paypall.test",
                "ann@pаypal.test",
                "ann@xn--pypal-4ve.test", "Ann@PAYPAI.test", "ann@раураӏ.test", "ann@paypal.tset",
            ])
        func resembling(address: String) async throws {
            #expect(
                try await suspicions(address, knowing: ("ann@paypal.test", nil)).contains(.resembles("ann@paypal.test"))
            )
        }

        @Test(
            "W11: pairs of letters that look like one",
            arguments: [
                ("bob@modern.test", "bob@modem.test"), ("bob@vvater.test", "bob@water.test"),
                ("b0b@water.test", "bob@water.test"),
            ])
        func pairs(address: String, known: String) async throws {
            #expect(try await suspicions(address, knowing: (known, nil)).contains(.resembles(known)))
        }

        @Test(
            "Someone else at a known domain, or at a short one, isn't suspicious",
            arguments: [
                "kim@paypal.test", "ann@else.test", "ann@paypal.example.test",
            ])
        func others(address: String) async throws {
            #expect(try await suspicions(address, knowing: ("ann@paypal.test", nil)) == [])
        }

        @Test("M20: a name that someone known has, or with another address in it")
        func names() async throws {
            let known = ("ann@legit.test", Optional("Ann Miller"))
            #expect(
                try await suspicions("x@evil.test", name: "Ann MiIler", knowing: known) == [
                    .borrowsName("ann@legit.test")
                ])
            #expect(
                try await suspicions("x@evil.test", name: "ann@legit.test", knowing: known).contains(.namesOtherAddress)
            )
            #expect(
                try await suspicions("x@evil.test", name: "\"Ann\" <ann@legit.test>", knowing: known).contains(
                    .namesOtherAddress))
            #expect(try await suspicions("x@evil.test", name: "x@evil.test", knowing: known) == [])
            #expect(try await suspicions("x@evil.test", name: "Аnn Miller", knowing: known).contains(.mixesScripts))
            #expect(try await suspicions("x@evil.test", name: "Ann\u{202E}", knowing: known).contains(.hidesCharacters))
            #expect(
                try await suspicions("x@evil.test", name: "𝖠𝗇𝗇 𝖬𝗂𝗅𝗅𝖾𝗋", knowing: known).contains(
                    .borrowsName("ann@legit.test")))
        }

        @Test(
            "One octet more, less, other or swapped; nothing else",
            arguments: [
                ("abc", "abc", false), ("abc", "abd", true), ("abc", "ab", true), ("abc", "abcd", true),
                ("abc", "bac", true),
                ("abcd", "acbd", true), ("abc", "cba", false), ("abcd", "badc", false), ("", "a", true),
                ("abc", "xyz", false),
                ("abc", "xabc", true), ("abcd", "ab", false),
            ])
        func oneOctet(left: String, right: String, differ: Bool) {
            #expect(LookAlikes.differInOne(Array(left.utf8), Array(right.utf8)) == differ)
            #expect(LookAlikes.differInOne(Array(right.utf8), Array(left.utf8)) == differ)
        }

        @Test("W11: the card says it, and shows both spellings of an international name")
        func card() async throws {
            let site = try TestSite()
            try await site.add("ann@paypal.test", state: .welcome)
            try await site.add("ann@pаypal.test", name: "Ann")
            var browser = try await site.browser()
            let page = try await browser.get("/").text
            #expect(page.contains("This looks like ann@paypal.test"))
            #expect(page.contains("Written xn--pypal-4ve.test, read pаypal.test"))
        }
    }
#endif
