import SMTP
import Testing

@testable import SamotopRelay

@Suite struct SenderRewritingTests {
    private static let day: Int64 = 86_400
    private static let now: Int64 = 1_800_000_000

    private func scheme(
        _ domain: String = "forward.example", keys: [[UInt8]] = [[UInt8](repeating: 7, count: 16)], lifetime: Int = 21
    ) throws -> SenderRewriting {
        let domain = try #require(Domain(domain))
        return try #require(SenderRewriting(domain: domain, keys: keys, lifetime: lifetime))
    }

    private func mailbox(_ text: String) throws -> Mailbox { try #require(Mailbox(text)) }

    private func rewritten(_ scheme: SenderRewriting, _ text: String, now: Int64 = now) throws -> Mailbox {
        try #require(scheme.rewritten(.mailbox(try mailbox(text)), now: now)?.mailbox)
    }

    private func text(_ mailbox: Mailbox) -> String { String(decoding: mailbox.bytes, as: UTF8.self) }

    private func lowercased(_ given: Mailbox) throws -> Mailbox { try mailbox(text(given).lowercased()) }

    @Test(
        "A sender is rewritten into this host's domain, and a bounce finds back",
        arguments: [
            "ann@example.org", "\"a=b=c\"@example.org", "a+b-c=d@sub.example.org", "\"with space\"@example.org",
            "ann@[192.0.2.1]", "ann@[IPv6:2001:db8::1]", "Ünï@exämple.org",
        ])
    func roundTrip(_ sender: String) throws {
        let scheme = try scheme()
        let rewritten = try rewritten(scheme, sender)
        #expect(rewritten.domain == Domain("forward.example"))
        #expect(String(decoding: rewritten.localPart.content, as: UTF8.self).hasPrefix("SRS0="))
        #expect(try scheme.original(of: rewritten, now: Self.now) == mailbox(sender))
    }

    @Test("The rewritten address has the scheme's form")
    func form() throws {
        let content = String(decoding: try rewritten(try scheme(), "ann@example.org").localPart.content, as: UTF8.self)
        let parts = content.split(separator: "=", omittingEmptySubsequences: false)
        #expect(parts.count == 5 && parts[0] == "SRS0" && parts[1].count == 6 && parts[2].count == 2)
        #expect(parts[3] == "example.org" && parts[4] == "ann")
    }

    @Test("Nobody's sender and our own are left as they are")
    func unchanged() throws {
        let scheme = try scheme()
        #expect(scheme.rewritten(.null, now: Self.now) == .null)
        let own = ReversePath.mailbox(try mailbox("bob@Forward.Example"))
        #expect(scheme.rewritten(own, now: Self.now) == own)
    }

    @Test("What two hosts have forwarded leads back through the first only")
    func chain() throws {
        let first = try scheme("first.example")
        let second = try scheme("second.example", keys: [[UInt8](repeating: 8, count: 16)])
        let third = try scheme("third.example", keys: [[UInt8](repeating: 9, count: 16)])
        let once = try rewritten(first, "ann@example.org")
        let twice = try rewritten(second, text(once))
        let thrice = try rewritten(third, text(twice))
        #expect(text(twice).hasPrefix("SRS1=") && text(twice).contains("=first.example=="))
        #expect(text(thrice).hasPrefix("SRS1=") && text(thrice).contains("=first.example=="))
        #expect(text(thrice).utf8.count - text(twice).utf8.count == -1)
        #expect(try third.original(of: thrice, now: Self.now) == once)
        #expect(try second.original(of: twice, now: Self.now) == once)
        #expect(try first.original(of: once, now: Self.now) == mailbox("ann@example.org"))
    }

    @Test("Other hosts' separators are kept", arguments: ["+", "-", "="])
    func separators(_ separator: String) throws {
        let scheme = try scheme()
        let foreign = "SRS0\(separator)abcd=XY=example.org=ann@first.example"
        let rewritten = try rewritten(scheme, foreign)
        #expect(try scheme.original(of: rewritten, now: Self.now) == mailbox(foreign))
    }

    @Test(
        "What only looks like the scheme is rewritten like any other",
        arguments: [
            "SRS1=abc@first.example", "SRS1=abc=not_a_domain==x@first.example", "SRS2=a=b=c=d@first.example",
        ])
    func lookalikes(_ sender: String) throws {
        let scheme = try scheme()
        let rewritten = try rewritten(scheme, sender)
        #expect(text(rewritten).hasPrefix("SRS0="))
        #expect(try scheme.original(of: rewritten, now: Self.now) == mailbox(sender))
    }

    @Test("Each changed octet of the address makes it somebody else's")
    func forged() throws {
        let scheme = try scheme()
        let content = try rewritten(scheme, "ann@example.org").localPart.content
        var tried = 0
        for index in 5..<content.count where content[index] != UInt8(ascii: "=") {
            var changed = content
            changed[index] = changed[index] == UInt8(ascii: "z") ? UInt8(ascii: "y") : UInt8(ascii: "z")
            let address = Mailbox(
                localPart: try #require(LocalPart(changed)), domain: try #require(Domain("forward.example")))
            #expect(throws: (any Error).self) { try scheme.original(of: address, now: Self.now) }
            tried += 1
        }
        #expect(tried > 15)
        #expect(throws: SenderRewriting.Failure.forged) {
            try scheme.original(of: mailbox("SRS0=AAAAAA=AA=example.org=ann@forward.example"), now: Self.now)
        }
        #expect(throws: SenderRewriting.Failure.forged) {
            try scheme.original(of: mailbox("SRS1=AAAAAA=example.org==ann@forward.example"), now: Self.now)
        }
        // A hash that is cut, or longer, proves nothing.
        let parts = String(decoding: content, as: UTF8.self).split(separator: "=").map(String.init)
        for hash in ["", String(parts[1].prefix(5)), parts[1] + "A"] {
            let cut = "SRS0=\(hash)=\(parts[2])=\(parts[3])=\(parts[4])@forward.example"
            #expect(throws: SenderRewriting.Failure.forged) { try scheme.original(of: mailbox(cut), now: Self.now) }
        }
    }

    @Test("Hosts that change the case of letters do no harm")
    func caseChanged() throws {
        let scheme = try scheme()
        let address = try lowercased(try rewritten(scheme, "Ann@Example.org"))
        #expect(try scheme.original(of: address, now: Self.now) == mailbox("ann@example.org"))
    }

    @Test("An address is good for its lifetime and not a day longer, also over the end of the period")
    func expiry() throws {
        let scheme = try scheme(lifetime: 10)
        for start in [Self.now, 1_023 * Self.day, 1_020 * Self.day, 0] {
            let address = try rewritten(scheme, "ann@example.org", now: start)
            #expect(throws: Never.self) { try scheme.original(of: address, now: start + 10 * Self.day) }
            #expect(throws: SenderRewriting.Failure.expired) {
                try scheme.original(of: address, now: start + 11 * Self.day)
            }
            // From the future: our clock was wrong, or the address is a thousand days old.
            #expect(throws: SenderRewriting.Failure.expired) { try scheme.original(of: address, now: start - Self.day) }
        }
    }

    @Test(
        "Addresses of other domains and other forms are none of the scheme's",
        arguments: [
            ("ann@forward.example", SenderRewriting.Failure.notRewritten),
            ("SRS0=a=b=c=d@other.example", .notRewritten),
            ("SRS0=abc@forward.example", .malformed), ("SRS0=abcdef=AA=example.org@forward.example", .malformed),
            ("SRS1=abcdef=example.org@forward.example", .malformed),
            ("SRS0=abcdef=A!=example.org=ann@forward.example", .malformed),
            ("SRS9=a=b=c=d@forward.example", .notRewritten), ("SRS0@forward.example", .notRewritten),
        ])
    func others(_ address: String, _ failure: SenderRewriting.Failure) throws {
        #expect(throws: failure) { try scheme().original(of: mailbox(address), now: Self.now) }
    }

    @Test("Older keys lead back, newer ones rewrite, and weak ones are refused")
    func keys() throws {
        let (old, new) = ([UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 32))
        let address = try rewritten(try scheme(keys: [old]), "ann@example.org")
        #expect(throws: Never.self) { try scheme(keys: [new, old]).original(of: address, now: Self.now) }
        #expect(throws: SenderRewriting.Failure.forged) { try scheme(keys: [new]).original(of: address, now: Self.now) }
        #expect(
            try rewritten(try scheme(keys: [new, old]), "a@b.example")
                == rewritten(try scheme(keys: [new]), "a@b.example"))
        let domain = try #require(Domain("forward.example"))
        #expect(SenderRewriting(domain: domain, keys: []) == nil)
        #expect(SenderRewriting(domain: domain, keys: [new, [UInt8](repeating: 1, count: 15)]) == nil)
    }

    @Test("What would be too long for SMTP isn't rewritten")
    func tooLong() throws {
        let scheme = try scheme()
        let fits = String(repeating: "a", count: 64 - 27) + "@example.org"
        #expect(try rewritten(scheme, fits).localPart.bytes.count <= 64)
        let long = String(repeating: "a", count: 64) + "@example.org"
        #expect(scheme.rewritten(.mailbox(try mailbox(long)), now: Self.now) == nil)
    }
}
