import SamotopContacts
import SamotopCore
import SamotopTesting
import Testing

/// Who passes, who waits, who is refused.
@Suite struct ScreeningTests {
    let world: ContactWorld
    init() throws { world = try ContactWorld() }
    private static let network = Identity(.network("192.0.2.0/24"))

    @Test func aStrangerWaitsAndThenIsWelcome() async throws {
        let facts = Evidence.Facts.proving("ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: facts) == ["250 2.1.0", "250 2.1.5", "450 4.7.1"])
        let waiting = try #require(try await world.contact("ann@ann.test"))
        #expect(waiting.state == .waiting)
        #expect(waiting.identity == Identity(.domain("ann.test"), proofs: [.spf, .dkim, .dmarc]))
        #expect(waiting.request?.network == "192.0.2.0/24")
        #expect(waiting.request?.subject == "Hello")
        #expect(waiting.request?.evidence.contains("dmarc=pass header.from=ann.test") == true)
        // Known, proved, and still without an answer: no need to see the message again.
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "450 4.7.1")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).count == 2)
        #expect(try await world.contact("ann@ann.test")?.attempts == 3)
        #expect(try await world.contact("ann@ann.test")?.request?.subject == "Hello")
        #expect(try await world.contact("ann@ann.test")?.request?.evidence == waiting.request?.evidence)
        try await world.decide(.welcome, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "250 2.0.0")
        #expect(world.box.delivered.count == 1)
    }

    @Test func aBlockedSenderIsRefusedAtOnceAndNeedsNoProof() async throws {
        try await world.decide(.blocked, "eve@evil.test")
        #expect(try await world.send(from: "eve@evil.test") == ["250 2.1.0", "550 5.7.1"])
        #expect(try await world.send(from: "x@y.test", author: "eve@evil.test").last == "550 5.7.1")
        try await world.decide(.blocked, "bad.test")
        #expect(try await world.send(from: "x@mail.bad.test") == ["250 2.1.0", "550 5.7.1"])
        let deep = String(repeating: "a.", count: 60) + "bad.test"
        #expect(try await world.send(from: "x@\(deep)") == ["250 2.1.0", "550 5.7.1"])
        try await world.decide(.welcome, "ann@bad.test")
        #expect(try await world.send(from: "ann@bad.test", facts: .proving("bad.test")).last == "250 2.0.0")
    }

    @Test("M21: a welcome address without proof is no better than a stranger, and the owner is told so")
    func claimed() async throws {
        try await world.decide(.welcome, "ann@ann.test")
        #expect(try await world.send(from: "ann@ann.test", author: "Ann <ann@ann.test>").last == "450 4.7.1")
        let other = Evidence.Facts.proving("evil.test")
        #expect(try await world.send(from: "x@evil.test", author: "ann@ann.test", facts: other).last == "450 4.7.1")
        let contact = try #require(try await world.contact("ann@ann.test"))
        #expect(contact.state == .welcome)
        #expect(contact.request?.isUnprovenClaim == true)
        #expect(contact.identity == Identity(.domain("ann.test")))
        #expect(world.box.delivered.isEmpty)
        #expect(try await world.send(from: "ann@ann.test", facts: .proving("ann.test")).last == "250 2.0.0")
    }

    @Test("M21: who is welcome in the envelope can't speak in another contact's name") func borrowedEnvelope()
        async throws
    {
        try await world.decide(.welcome, "ann@ann.test")
        try await world.decide(.welcome, "eve@evil.test")
        let facts = Evidence.Facts.proving("evil.test")
        #expect(try await world.send(from: "eve@evil.test", author: "ann@ann.test", facts: facts).last == "450 4.7.1")
        // An unknown author it may have: it answers for what it sends.
        #expect(try await world.send(from: "eve@evil.test", author: "x@other.test", facts: facts).last == "250 2.0.0")
        try await world.decide(.blocked, "x@other.test")
        #expect(try await world.send(from: "eve@evil.test", author: "x@other.test", facts: facts).last == "550 5.7.1")
    }

    @Test("M20: a contact is its address, whatever the name says") func displayName() async throws {
        try await world.decide(.welcome, "ann@ann.test")
        let reply = try await world.send(
            from: "x@evil.test", author: "\"ann@ann.test\" <x@evil.test>", facts: .proving("evil.test"))
        #expect(reply.last == "450 4.7.1")
        #expect(try await world.contact("x@evil.test")?.request?.displayName == "ann@ann.test")
    }

    @Test("M07: a From that names two authors proves nobody") func twoAuthors() async throws {
        try await world.decide(.welcome, "ann@ann.test")
        let facts = Evidence.Facts.proving("ann.test")
        let two = "From: eve@evil.test\r\n"
        #expect(try await world.send(from: "ann@ann.test", more: two, facts: facts).last == "450 4.7.1")
        #expect(try await world.send(from: "", more: two + two, facts: facts).last == "550 5.7.1")
    }

    @Test(
        "What proves an author",
        arguments: [
            (Evidence.Facts(spf: "ann.test"), "ann@ann.test", true),
            (Evidence.Facts(spf: "ann.test"), "bounce-7@ann.test", true),
            (Evidence.Facts(dkim: ["ann.test"]), "x@list.test", true),
            (Evidence.Facts(dmarc: "ann.test"), "x@list.test", true),
            (Evidence.Facts(arc: "ann.test"), "x@list.test", true),
            // A neighbour, a name below, a look-alike, another's chain, a signature that leaves the subject open: M14, M22.
            (Evidence.Facts(spf: "list.test"), "x@list.test", false),
            (Evidence.Facts(dkim: ["mail.ann.test"]), "x@list.test", false),
            (Evidence.Facts(dkim: ["nn.test", "test.ann"]), "x@list.test", false),
            (Evidence.Facts(arc: "evil.test"), "x@list.test", false),
            (Evidence.Facts(untrustedARC: true), "x@list.test", false),
            (Evidence.Facts(weakDKIM: "ann.test"), "x@list.test", false),
            (Evidence.Facts(weakDKIM: "ann.test", dmarc: "ann.test"), "x@list.test", false),
            (Evidence.Facts(spf: "list.test", weakDKIM: "ann.test", dmarc: "ann.test"), "x@list.test", false),
            (Evidence.Facts(dkim: ["list.test"], weakDKIM: "ann.test", dmarc: "ann.test"), "x@list.test", false),
            (Evidence.Facts(spf: "b.ann.test", weakDKIM: "ann.test", dmarc: "ann.test"), "x@b.ann.test", true),
            (Evidence.Facts(weakDKIM: "list.test", dmarc: "ann.test"), "x@list.test", true),
        ]) func proofs(_ facts: Evidence.Facts, _ envelope: String, _ isProven: Bool) async throws
    {
        try await world.decide(.welcome, "ann@ann.test")
        let reply = try await world.send(from: envelope, author: "ann@ann.test", facts: facts).last
        #expect(reply == (isProven ? "250 2.0.0" : "450 4.7.1"))
    }

    @Test func aContactBoundToANetworkIsBoundToItsDomainOnceThatIsProved() async throws {
        try await world.decide(.welcome, "ann@ann.test", identity: Self.network)
        #expect(try await world.send(from: "ann@ann.test").last == "250 2.0.0")
        let elsewhere = ClientAddress.ipv4([198, 51, 100, 1])
        #expect(try await world.send(from: "ann@ann.test", client: elsewhere).last == "450 4.7.1")
        let denied = Evidence.Facts(spfFail: "ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: denied).last == "450 4.7.1")
        let proven = Evidence.Facts.proving("ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: proven, client: elsewhere).last == "250 2.0.0")
        #expect(try await world.contact("ann@ann.test")?.identity.isProven == true)
        #expect(try await world.send(from: "ann@ann.test").last == "450 4.7.1")
    }

    @Test func aDomainContactHoldsForNamesBelow() async throws {
        try await world.decide(.welcome, "ann.test")
        let facts = Evidence.Facts.proving("mail.ann.test")
        #expect(try await world.send(from: "x@mail.ann.test", facts: facts).last == "250 2.0.0")
        #expect(try await world.send(from: "x@ann.test", facts: .proving("ann.test")).last == "250 2.0.0")
        #expect(try await world.send(from: "x@notann.test", facts: .proving("notann.test")).last == "450 4.7.1")
    }

    @Test func aListIsKnownByItsSignedName() async throws {
        try await world.decide(.welcome, "<talk.lists.test>")
        let list = "List-Id: Talk <talk.LISTS.test>\r\n"
        let signed = Evidence.Facts(spf: "lists.test", dkim: ["lists.test"])
        let author = "someone@else.test"
        #expect(
            try await world.send(from: "b@lists.test", author: author, more: list, facts: signed).last == "250 2.0.0")
        #expect(try await world.send(from: "b@lists.test", author: author, more: list).last == "450 4.7.1")
        #expect(try await world.contact(author)?.request?.list == nil)
        let other = Evidence.Facts(dkim: ["evil.test"])
        #expect(
            try await world.send(from: "b@evil.test", author: author, more: list, facts: other).last == "450 4.7.1")
        #expect(
            try await world.send(from: "b@lists.test", author: author, more: list + list, facts: signed).last
                == "450 4.7.1")
        let next = "List-Id: <next.lists.test>\r\n"
        #expect(
            try await world.send(from: "b@lists.test", author: author, more: next, facts: signed).last == "450 4.7.1")
        #expect(try await world.contact(author)?.request?.list?.text == "next.lists.test")
        try await world.decide(.blocked, "<talk.lists.test>")
        try await world.decide(.welcome, author)
        #expect(
            try await world.send(from: "b@lists.test", author: author, more: list, facts: signed).last == "550 5.7.1")
    }

    @Test func aNullReversePathIsJudgedByItsAuthor() async throws {
        try await world.decide(.welcome, "mailer-daemon@ann.test")
        let facts = Evidence.Facts.proving("ann.test")
        #expect(try await world.send(from: "", author: "mailer-daemon@ann.test", facts: facts).last == "250 2.0.0")
        #expect(try await world.send(from: "", author: "mailer-daemon@b.test").last == "450 4.7.1")
        #expect(try await world.send(from: "").last == "550 5.7.1")
    }

    @Test func ourOwnAreNotScreened() async throws {
        #expect(try await world.send(from: "x@y.test", client: .local).last == "250 2.0.0")
        #expect(try await world.send(from: "x@y.test", role: .lmtp).last == "250 2.0.0")
    }

    @Test func theOrderOfGuardsIsChecked() throws {
        let contacts = world.contacts
        #expect(throws: CompositionError.missingEvidence(guard: "contacts", method: "dkim")) {
            try MailService("mx.our.test", delivering: world.box) { ContactScreening(of: contacts) }
        }
        var settings = ScreeningSettings()
        settings.needsAuthentication = false
        _ = try MailService("mx.our.test", delivering: world.box) {
            ContactScreening(of: contacts, settings: settings)
        }
    }

    @Test func whoDoesNotNeedToBeSeenIsToldAtRCPTOnlyWhileNoNeighbourIsWelcome() async throws {
        let facts = Evidence.Facts.proving("ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).count == 3)
        #expect(try await world.send(from: "ann@ann.test", facts: facts).count == 2)
        try await world.decide(.welcome, "boss@ann.test")
        #expect(try await world.send(from: "ann@ann.test", facts: facts).last == "450 4.7.1")
        #expect(
            try await world.send(from: "ann@ann.test", author: "boss@ann.test", facts: facts).last == "250 2.0.0")
        // Unproven it may be anybody.
        try await world.send(from: "bo@bo.test")
        #expect(try await world.send(from: "bo@bo.test").count == 3)
    }
}
