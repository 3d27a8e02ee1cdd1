import InternetMessage
import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting
import SenderAuthentication
import Testing

@Suite struct AuthenticatingTests {
    private var world: SenderWorld
    init() throws { world = try SenderWorld() }

    @Test func everyMethodIsToldInTheField() async throws {
        let message = try world.message(signedBy: "legit.test")
        let naming = NamingClients(with: world.zone)
        let (replies, delivered) = try await world.send(message, from: "ann@legit.test", more: [naming])
        #expect(replies.last == "250 2.0.0")
        let mail = try #require(delivered.first)
        for method in [AuthenticationKeyword.spf, .dkim, .dmarc, .iprev] { #expect(mail.result(method) == .pass) }
        #expect(mail.results?.authservID.matches("mx.our.test".utf8) == true)
    }

    @Test("M01: SPF that passes for HELO only doesn't count for the author") func heloOnly() async throws {
        let message = try world.message()
        let (replies, _) = try await world.send(message, from: "any@nx.legit.test")
        #expect(replies.last == "550 5.7.1")
    }

    @Test("M21: a known author's address without proof is refused when its domain says so") func spoofed() async throws
    {
        let (replies, _) = try await world.send(try world.message(), from: "x@evil.test", helo: "evil.test")
        #expect(replies.last == "550 5.7.1")
        let signed = try world.message(signedBy: "evil.test")
        let (also, _) = try await world.send(signed, from: "x@evil.test", helo: "evil.test")
        #expect(also.last == "550 5.7.1")
    }

    @Test(
        "M07-M13: a From that names no single author is 550 5.6.0",
        arguments: [
            "From: <x@evil.test>\r\nFrom: <ann@legit.test>", "From : <ann@legit.test>", " From: <ann@legit.test>",
            "Sender: <ann@legit.test>",
            "From: <>", "From: undisclosed:;", "From: <x@evil.test>, <ann@legit.test>",
            "From: =?utf-8?b?PGFubkBsZWdpdC50ZXN0Pg==?=,<x@evil.test>", "From: <@evil.test,@a:ann@legit.test>",
            "From: <ann@legit.test>\\,<x@evil.test>", "From: a(((@b", "From: \"ann@legit.test",
        ]) func tricks(_ field: String) async throws
    {
        let message = Array("\(field)\r\nSubject: x\r\n\r\nHi.\r\n".utf8)
        let (replies, delivered) = try await world.send(message, from: "x@evil.test", helo: "evil.test")
        #expect(replies.last == "550 5.6.0")
        #expect(delivered.isEmpty)
    }

    @Test func aPolicyOfNoneIsOnlyTold() async throws {
        var world = world
        try world.add("_dmarc.mild.test", .txt, "v=DMARC1; p=none")
        let message = try world.message(from: "ann@mild.test")
        let (replies, delivered) = try await world.send(message, from: "x@evil.test", helo: "evil.test")
        #expect(replies.last == "250 2.0.0")
        #expect(delivered.first?.result(.dmarc) == .fail)
    }

    @Test func aListThatSignedIsNotRefused() async throws {
        let more = "List-Id: <list.evil.test>\r\n"
        let unsigned = try world.message(more: more, signedBy: "evil.test")
        let (refused, _) = try await world.send(unsigned, from: "x@evil.test", helo: "evil.test")
        #expect(refused.last == "550 5.7.1")
        let signed = try world.message(more: more, signedBy: "evil.test", also: .listID)
        let (taken, delivered) = try await world.send(signed, from: "x@evil.test", helo: "evil.test")
        #expect(taken.last == "250 2.0.0")
        #expect(delivered.first?.result(.dmarc) == .fail)
    }

    @Test("M22: a sealer is believed only if it is named") func sealed() async throws {
        let octets = try world.message()
        let sealer = ARCSealer(
            key: world.key, domain: try #require(DNSName("evil.test")), selector: try #require(DNSName("sel")),
            authservID: try #require(AuthservID(Array("mx.evil.test".utf8))))
        let message = SignedMessage(octets, bodyHashes: [sealer.bodyHash])
        let chain = await ARCVerifier(resolver: world.zone).verify(message, now: SenderWorld.now)
        let passed = AuthenticationResult(method: .dmarc, result: .pass)
        let set = try sealer.seal(message, chain: chain, results: [passed], now: SenderWorld.now)
        let sealed = set.flatMap(\.raw) + octets
        let (refused, _) = try await world.send(sealed, from: "x@evil.test", helo: "evil.test")
        #expect(refused.last == "550 5.7.1")
        var policy = AuthenticationPolicy()
        policy.trustedSealers = [try #require(DNSName("evil.test"))]
        let (taken, delivered) = try await world.send(sealed, from: "x@evil.test", helo: "evil.test", policy: policy)
        #expect(taken.last == "250 2.0.0")
        #expect(delivered.first?.result(.arc) == .pass)
    }

    @Test("M14: a signature that leaves the Subject open says so") func underSigned() async throws {
        let message = try world.message(signedBy: "legit.test", only: [.from])
        let (replies, delivered) = try await world.send(message, from: "ann@legit.test")
        #expect(replies.last == "250 2.0.0")
        let dkim = delivered.first?.results?.results.first { $0.method == .dkim }
        #expect(dkim?.reason == Array("not signed: to, subject, date".utf8))
        let whole = try await world.send(try world.message(signedBy: "legit.test"), from: "ann@legit.test").delivered
        #expect(whole.first?.results?.results.first { $0.method == .dkim }?.reason != dkim?.reason)
    }

    @Test(
        "M15: a second one of a field that may be there once is 550 5.6.0",
        arguments: ["Subject", "Date", "To", "Content-Type", "Reply-To", "sender"]) func repeated(_ name: String)
        async throws
    {
        let signed = try world.message(signedBy: "legit.test", only: [.from])
        let twice = Array("\(name): a\r\n\(name): b\r\n".utf8) + signed
        #expect(try await world.send(twice, from: "ann@legit.test").replies.last == "550 5.6.0")
        #expect(try await world.send(signed, from: "ann@legit.test").replies.last == "250 2.0.0")
    }

    @Test(
        "D10, F11: while the DNS doesn't answer mail is postponed, and never refused",
        arguments: [
            Answer.Failure.timeout, .serverFailure, .bogus, .unavailable, .malformed,
        ]) func noAnswer(_ failure: Answer.Failure) async throws
    {
        var world = world
        for name in ["down.test", "_dmarc.down.test", "sel._domainkey.down.test"] {
            world.zone.fail(try #require(DNSName(name)), failure)
        }
        let message = try world.message(from: "ann@down.test", signedBy: "down.test")
        let (replies, delivered) = try await world.send(message, from: "ann@down.test", helo: "evil.test")
        #expect(replies.last == "451 4.4.3")
        #expect(delivered.isEmpty)
        var policy = AuthenticationPolicy()
        policy.postponesWithoutAnswer = false
        let (taken, _) = try await world.send(message, from: "ann@down.test", helo: "evil.test", policy: policy)
        #expect(taken.last == "250 2.0.0")
    }

    @Test("D11: a sender whose domain takes no mail is refused") func nullMX() async throws {
        var world = world
        try world.add("mute.test", .mx, ".")
        let (replies, _) = try await world.send(try world.message(), from: "x@mute.test")
        #expect(replies.last == "550 5.7.2")
    }

    @Test func spfIsRefusedOnlyWhenAskedFor() async throws {
        let other = ClientAddress.ipv4([198, 51, 100, 1])
        let message = try world.message(signedBy: "legit.test")
        let (taken, delivered) = try await world.send(message, from: "ann@legit.test", client: other)
        #expect(taken.last == "250 2.0.0")
        #expect(delivered.first?.result(.spf) == .fail)
        #expect(delivered.first?.result(.dmarc) == .pass)
        var policy = AuthenticationPolicy()
        policy.spfFail = .reject
        let (refused, _) = try await world.send(message, from: "ann@legit.test", client: other, policy: policy)
        #expect(refused.last == "550 5.7.2")
    }

    @Test("M23: results that claim to be ours don't get in") func forgedResults() async throws {
        let more = "Authentication-Results: MX.our.test; dmarc=pass header.from=legit.test\r\n"
        let message = try world.message(from: "x@evil.test", more: more)
        let (_, delivered) = try await world.send(message, from: "x@evil.test", helo: "evil.test")
        let content = String(decoding: try #require(delivered.first).content, as: UTF8.self)
        #expect(!content.contains("Authentication-Results"))
    }

    @Test func nothingIsAskedAboutLocalClients() async throws {
        let (replies, delivered) = try await world.send(try world.message(), from: "x@evil.test", client: .local)
        #expect(replies.last == "250 2.0.0")
        #expect(delivered.first?.results == nil)
    }

    /// RFC 6376 §3.4: what was signed is what was sent, before our sieve removes a field.
    @Test func signaturesAreCheckedOnWhatWasSent() async throws {
        let more = "Return-Path: <x@legit.test>\r\n"
        let message = try world.message(more: more, signedBy: "legit.test")
        let (_, delivered) = try await world.send(message, from: "ann@legit.test")
        #expect(delivered.first?.result(.dkim) == .pass)
    }

    @Test("RFC 9990: each message is counted once for the author's domain, by what became of it") func reported()
        async throws
    {
        var world = world
        try world.add("_dmarc.told.test", .txt, "v=DMARC1; p=reject; rua=mailto:reports@told.test")
        try world.add("told.test", .txt, "v=spf1 ip4:192.0.2.7 -all")
        let reports = MemoryDMARCReportStore()
        let message = try world.message(from: "ann@told.test")
        _ = try await world.send(message, from: "ann@told.test", reports: reports)
        _ = try await world.send(message, from: "x@evil.test", reports: reports)
        _ = try await world.send(message, from: "x@evil.test", reports: reports)
        _ = try await world.send(try world.message(signedBy: "legit.test"), from: "ann@legit.test", reports: reports)
        let period = try #require(try await reports.take(endedAt: SenderWorld.now + 86_400).first)
        let counts = Dictionary(grouping: period.entries, by: \.row.disposition).mapValues { $0.map(\.count) }
        #expect(counts == [.pass: [1], .reject: [2]])
        let refused = try #require(period.entries.first { $0.row.disposition == .reject }?.row)
        #expect(refused.spf?.domain.text == "evil.test" && refused.spf?.result == .pass && !refused.isSPFAligned)
        #expect(refused.headerFrom.text == "told.test" && refused.envelopeFrom?.text == "evil.test")
    }
}
