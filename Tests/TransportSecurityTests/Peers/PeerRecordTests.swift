import Foundation
import NameResolution
import Testing

@testable import TransportSecurity

@Suite struct PeerRecordTests {
    private func peer() throws -> PeerRecord { PeerRecord(domain: try name("example.org"), now: 0) }

    @Test("what is seen for the first time, and what changes, is noted")
    func changes() throws {
        var peer = try peer()
        let first = peer.note(try Samples.observation(time: 10, chain: ["leaf", "inter"], level: .encrypted))
        #expect(first.map(\.kind) == [.standing, .mailExchangeSecurity, .newHost, .levelRaised])
        #expect(peer.level == .encrypted)
        #expect(peer.standing == .unsigned)
        #expect(peer.hosts.first?.chain == [try Fixtures.key("leaf"), try Fixtures.key("inter")])
        #expect(peer.hosts.first?.provenKeys == [])
        #expect(peer.note(try Samples.observation(time: 11, chain: ["leaf", "inter"], level: .encrypted)) == [])
        #expect(peer.lastSeen == 11)
        let rolled = peer.note(try Samples.observation(time: 12, chain: ["next", "inter"], level: .encrypted))
        #expect(rolled.map(\.kind) == [.key])
        #expect(rolled.first?.before == (try Fixtures.key("leaf").description))
        let proven = peer.note(try Samples.observation(time: 13, chain: ["next"], level: .authenticated, mx: .secure))
        #expect(proven.map(\.kind) == [.standing, .mailExchangeSecurity, .levelRaised])
        #expect(peer.hosts.first?.provenKeys == [try Fixtures.key("next")])
        #expect(peer.changes.first == proven.last)
        #expect(peer.standingSince == 13)
    }

    @Test("new TLSA records and a new policy are noted")
    func recordsAndPolicy() async throws {
        var peer = try peer()
        let before = try await DANEFinding.of(records: "3-1-1:leaf")
        let after = try await DANEFinding.of(records: "3-1-1:leaf", "3-1-1:next")
        let policy = MTASTSPolicy(mode: .enforce, maxAge: 1, patterns: ["mx.example.org"])
        peer.note(try Samples.observation(chain: ["leaf"], level: .authenticated, dane: before))
        let found = peer.note(
            try Samples.observation(chain: ["leaf"], level: .authenticated, dane: after, policy: policy))
        #expect(found.map(\.kind) == [.policy, .records])
        #expect(found.last?.after == "3 1 1, 3 1 1")
        #expect(peer.policy == policy)
        #expect(peer.hosts.first?.records.count == 2)
        // A domain that is not asked for its policy keeps it.
        peer.note(try Samples.observation(chain: ["leaf"], level: .authenticated, dane: after))
        #expect(peer.policy == policy)
        let gone = peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted))
        #expect(gone.map(\.kind).contains(.addressSecurity))
        #expect(peer.level == .authenticated)
    }

    @Test("the level only rises; a failure changes the standing and what was offered, nothing else")
    func ratchet() throws {
        var peer = try peer()
        peer.note(try Samples.observation(time: 5, chain: ["leaf"], level: .authenticated))
        let known = peer.hosts
        for outcome in [SecurityVerdict.Outcome.postpone, .hold] {
            let found = peer.note(
                try Samples.observation(
                    time: 6, chain: ["self"], level: .encrypted, outcome: outcome, standing: .mismatch))
            #expect(found.map(\.kind) == (outcome == .postpone ? [.standing] : []))
            #expect(peer.hosts == known)
            #expect(peer.level == .authenticated)
            #expect(peer.standing == .mismatch)
            #expect(peer.standingSince == 6)
            #expect(peer.offered?.chain == [try Fixtures.key("self")])
        }
        peer.note(try Samples.observation(time: 7, chain: ["leaf"], level: .encrypted))
        #expect(peer.level == .authenticated)
        #expect(peer.offered == nil)
        peer.lower(to: .encrypted, now: 8)
        #expect(peer.level == .encrypted)
        peer.lower(to: .authenticated, now: 9)
        #expect(peer.level == .encrypted)
        #expect(peer.changes.first?.kind == .levelLowered)
    }

    @Test("a message that a person let go once proves nothing")
    func acceptOnce() throws {
        var peer = try peer()
        peer.note(try Samples.observation(chain: ["leaf"], level: .authenticated))
        let known = peer.hosts
        let once = try Samples.observation(
            time: 3, chain: ["self"], level: .encrypted, standing: .mismatch, usesAcceptOnce: true)
        peer.note(once)
        #expect(peer.hosts == known && peer.standing == .mismatch)
        // Unless the person said that this is how it is now.
        peer.note(once, isLasting: true)
        #expect(peer.hosts.first?.chain == [try Fixtures.key("self")])
        #expect(peer.level == .authenticated)
        #expect(peer.hosts.first?.provenKeys == [try Fixtures.key("leaf")])
    }

    @Test("a permission is taken once, in its time, for its key; it can be given back, and doesn't replace a newer one")
    func permission() throws {
        var peer = try peer()
        let (key, other) = (try Fixtures.key("leaf"), try Fixtures.key("self"))
        func take(_ key: Fingerprint, _ now: Int64) -> PeerDecision.AcceptOnce? {
            peer.takePermission(key: key, now: now)
        }
        #expect(take(key, 1) == nil)
        peer.acceptOnce(key: key, until: 100, now: 2)
        #expect(take(other, 3) == nil)
        #expect(take(key, 101) == nil)
        let taken = try #require(take(key, 100))
        #expect(take(key, 100) == nil)
        peer.giveBack(taken)
        #expect(take(key, 100) == taken)
        peer.acceptOnce(key: nil, isLasting: true, until: 200, now: 3)
        peer.giveBack(taken)
        #expect(peer.decision.acceptOnce?.isLasting == true)
        #expect(peer.changes.first?.after == "what changed is accepted")
    }

    @Test("what a server showed that got no mail is kept with the reason and its TLSA records, each held against it")
    func offer() async throws {
        var peer = try peer()
        let plan = try Samples.plan(try await .of(records: "3-1-1:next", "3-0-1:next", "1-1-1:leaf"), peer: peer)
        let chain = CertificateChain([try Fixtures.certificate("leaf")])
        let verdict = await plan.verdict(on: .tls(.tls13, chain), anchors: .none, now: try Fixtures.now())
        peer.note(verdict.observation)
        let offered = try #require(peer.offered)
        #expect(offered.words == "the server is not the one that its TLSA records tell of" && !offered.isHeld)
        #expect(offered.records.map(\.attempt) == [.noMatch, .noMatch, .unusable(.usagePKIX)])
        let good = await plan.verdict(
            on: .tls(.tls13, CertificateChain([try Fixtures.certificate("next")])), anchors: .none,
            now: try Fixtures.now())
        peer.note(good.observation)
        #expect(peer.offered == nil)
        #expect(peer.hosts.first?.entries.map(\.attempt) == [.matchedServer, .notTried, .unusable(.usagePKIX)])
        #expect(try peer.hosts.first?.recordsSince == Fixtures.now())
    }

    @Test("what is of another domain is not taken over")
    func otherDomain() throws {
        var peer = PeerRecord(domain: try name("example.net"), now: 0)
        #expect(peer.note(try Samples.observation(chain: ["leaf"], level: .authenticated)) == [])
        #expect(peer.level == .plaintext)
    }

    @Test("sixteen servers are remembered; whoever names others doesn't drive out one that was proven")
    func manyHosts() throws {
        var peer = try peer()
        peer.note(try Samples.observation(host: "proven.example.org", chain: ["leaf"], level: .authenticated))
        for number in 0..<40 {
            peer.note(try Samples.observation(host: "h\(number).example.org", chain: ["self"], level: .encrypted))
        }
        #expect(peer.hosts.count == 16)
        #expect(peer.hosts.contains { $0.name.text == "proven.example.org" })
        #expect(peer.hosts.first?.name.text == "h39.example.org")
        for number in 0..<20 {
            peer.note(try Samples.observation(host: "p\(number).example.org", chain: ["leaf"], level: .authenticated))
        }
        #expect(peer.hosts.count == 16)
        #expect(peer.changes.count == 64)
        #expect(peer.changes.first?.host?.text == "p19.example.org")
    }

    @Test("eight proven keys of a server, sixteen pins, sixteen records and 256 octets of a change are kept")
    func bounds() async throws {
        var peer = try peer()
        let keys = (0..<20).map { Fingerprint(of: [UInt8($0)]) }
        for key in keys {
            let seen = try Samples.observation(chain: [], level: .authenticated)
            peer.note(
                PeerObservation(
                    time: 1, domain: seen.domain, host: seen.host, outcome: .proceed, level: .authenticated,
                    authentications: [],
                    dane: seen.dane, policy: nil, version: .tls13, records: [], chain: [key], usesAcceptOnce: false,
                    isDifference: false, standing: .signed, words: ""))
        }
        #expect(peer.hosts.first?.provenKeys == Array(keys.reversed().prefix(8)))
        peer.pin(keys + keys, now: 1)
        #expect(peer.decision.pins == Array(keys.prefix(16)))
        #expect(peer.decision.verifiedAt == 1)
        peer.pin([], now: 2)
        #expect(peer.decision.verifiedAt == nil)
        let many = (0..<100).map {
            TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [UInt8](repeating: UInt8($0), count: 32))
        }
        peer.note(
            try Samples.observation(
                chain: ["leaf"], level: .authenticated, dane: try await .of("mx.example.org", many),
                policy: MTASTSPolicy(mode: .enforce, maxAge: 1, patterns: (0..<100).map { "\($0).example" })))
        #expect(peer.hosts.first?.records.count == 16)
        #expect(peer.changes.allSatisfy { $0.before.utf8.count <= 256 && $0.after.utf8.count <= 256 })
    }

    @Test("DKIM keys: seen, changed, and no more than 32")
    func dkimKeys() throws {
        var peer = try peer()
        let key = DKIMKeyObservation(selector: "s1", key: Fingerprint(of: [1]), algorithm: "rsa", bits: 2_048, now: 5)
        #expect(peer.note(key).first?.before == "")
        #expect(
            peer.note(DKIMKeyObservation(selector: "s1", key: key.key, algorithm: "rsa", bits: 2_048, now: 9)) == [])
        #expect(peer.dkimKeys.first?.firstSeen == 5)
        #expect(peer.dkimKeys.first?.lastSeen == 9)
        let changed = peer.note(
            DKIMKeyObservation(selector: "s1", key: Fingerprint(of: [2]), algorithm: "rsa", bits: 1_024, now: 10))
        #expect(changed.first?.before.contains("2048") == true)
        for number in 0..<50 {
            peer.note(
                DKIMKeyObservation(
                    selector: "s\(number)", key: Fingerprint(of: [3]), algorithm: "rsa", bits: 1, now: 11))
        }
        #expect(peer.dkimKeys.count == 32)
    }

    @Test("a record that was kept when less was known of it is read: what isn't there wasn't seen")
    func formerRecords() throws {
        let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, data: [1, 2])
        var peer = try peer()
        peer.note(try Samples.observation(time: 5, chain: ["leaf"], level: .authenticated))
        peer.note(
            try Samples.observation(time: 6, chain: ["self"], level: .encrypted, outcome: .hold, standing: .mismatch))
        peer.acceptOnce(key: nil, until: 9, now: 6)
        func object(_ value: some Encodable) throws -> Any {
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
        }
        var json = try #require(try object(peer) as? [String: Any])
        var host = try #require((json["hosts"] as? [[String: Any]])?.first)
        host["records"] = try object([record])
        for key in ["entries", "recordsSince", "signature"] { host[key] = nil }
        json["hosts"] = [host]
        var offer = try #require(json["offered"] as? [String: Any])
        for key in ["records", "isHeld", "isDifference", "words"] { offer[key] = nil }
        json["offered"] = offer
        var decision = try #require(json["decision"] as? [String: Any])
        var once = try #require(decision["acceptOnce"] as? [String: Any])
        once["isLasting"] = nil
        decision["acceptOnce"] = once
        json["decision"] = decision
        let data = try JSONSerialization.data(withJSONObject: json)
        let read = try JSONDecoder().decode(PeerRecord.self, from: data)
        #expect(read.hosts.first?.records == [record] && read.hosts.first?.entries.first?.attempt == .notTried)
        #expect(read.hosts.first?.recordsSince == 5 && read.level == .authenticated)
        #expect(read.offered?.isHeld == true && read.offered?.records == [])
        #expect(read.decision.acceptOnce == .init(key: nil, until: 9))
    }

    @Test("who signed the DNS, and why it is wrong, is known as it was last seen")
    func signatures() throws {
        var peer = try peer()
        let signature = AnswerSignature(signer: try name("example.org"), expires: 99)
        let dane = DANEFinding(
            .notApplicable, .noRecords, host: try name("mx.example.org"), port: 25, mailExchangeSecurity: .secure,
            mailExchangeSignature: signature, addressSecurity: .secure, signature: signature)
        peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted, dane: dane))
        #expect(peer.mailExchangeSignature == signature && peer.hosts.first?.signature == signature)
        let wrong = DANEFinding(
            .postpone, .bogusRecords, host: try name("mx.example.org"), port: 25, mailExchangeSecurity: .secure,
            bogusCause: String(repeating: "x", count: 999))
        peer.note(
            try Samples.observation(chain: [], level: .plaintext, outcome: .postpone, standing: .bogus, dane: wrong))
        #expect(peer.bogusCause?.utf8.count == 256 && peer.mailExchangeSignature == signature)
        peer.note(try Samples.observation(chain: ["leaf"], level: .encrypted, dane: dane))
        #expect(peer.bogusCause == nil)
        peer.noteBogus("validation failure", now: 7)
        #expect(peer.standing == .bogus && peer.standingSince == 7 && peer.bogusCause == "validation failure")
        peer.noteBogus("validation failure", now: 8)
        #expect(peer.standingSince == 7 && peer.changes.filter { $0.kind == .standing }.count == 4)
    }

    @Test("texts are cut between scalars, within their octets")
    func longTexts() throws {
        let key = DKIMKeyObservation(
            selector: String(repeating: "é", count: 200), key: Fingerprint(of: [1]),
            algorithm: String(repeating: "x", count: 99),
            bits: 1, now: 1)
        #expect(key.selector == String(repeating: "é", count: 127))
        #expect(key.algorithm.utf8.count == 32)
        var peer = try peer()
        let change = try #require(peer.note(key).first)
        #expect(change.after.utf8.count <= PeerChange.maximumText)
        #expect(change.after.hasSuffix("é…"))
        let failure = TLSReportFailure(type: .validationFailure, reason: String(repeating: "€", count: 100))
        #expect(failure.reason == String(repeating: "€", count: 85))
    }

    @Test("decisions are noted, and what isn't one isn't")
    func decisions() throws {
        var peer = try peer()
        #expect(!peer.isDecided)
        peer.holdMail(false, now: 1)
        peer.holdOnDifference(false, now: 1)
        #expect(peer.changes == [])
        peer.holdMail(true, now: 1)
        peer.holdOnDifference(true, now: 2)
        peer.acceptOnce(key: nil, until: 9, now: 3)
        #expect(peer.changes.map(\.kind) == [.decision, .decision, .decision])
        #expect(peer.isDecided)
        #expect(try roundTrip(peer) == peer)
    }
}
