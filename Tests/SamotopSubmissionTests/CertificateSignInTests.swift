import SMTP
import SamotopAccounts
import SamotopCore
import SamotopTesting
import Synchronization
import Testing
import TransportSecurity
import X509

@testable import SamotopSubmission

@Suite("Signing in by a certificate") struct CertificateSignInTests {
    private let authority: TestAuthority
    private let house: TestHouse
    private let certificates: CertificateAuthenticator

    init() throws {
        let authority = try TestAuthority(now: ManualClock().now().seconds)
        var made: CertificateAuthenticator?
        house = try TestHouse { accounts, limiter, clock in
            let certificates = CertificateAuthenticator(
                accounts, limiter: limiter, anchors: TrustAnchors(der: [authority.certificate]), clock: clock)
            made = certificates
            return [certificates]
        }
        self.authority = authority
        certificates = try #require(made)
    }

    /// A session of a client that presented this.
    private func connect(_ chain: [UInt8]...) async throws -> Talk {
        await certificates.look(at: chain)
        return try await house.connect(certificate: chain.first)
    }

    private func isOffered(_ talk: Talk) async throws -> Bool {
        try await talk.say("EHLO c.test").contains("EXTERNAL")
    }

    @Test(
        "RFC 4422 appendix A: a certificate of the authority's lets in the account that it names, once it is asked for")
    func lets() async throws {
        for request in [
            TestAuthority.Request(addresses: ["ann@our.test"]), TestAuthority.Request(addresses: ["Ann@Our.Test"]),
            TestAuthority.Request(commonName: "ann@our.test"),
        ] {
            let certificate = try authority.issue(request)
            let talk = try await connect(certificate)
            #expect(try await talk.say("EHLO c.test").contains("AUTH EXTERNAL SCRAM-SHA-256 PLAIN LOGIN\r\n"))
            #expect(try await talk.say("MAIL FROM:<ann@our.test>").hasPrefix("530"))
            #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("235 2.7.0"))
            #expect(try await talk.say("MAIL FROM:<ann@our.test>").hasPrefix("250"))
            let named = try await connect(certificate)
            #expect(try await named.say("AUTH EXTERNAL") == "334 \r\n")
            #expect(try await named.say(TestHouse.encoded("ANN@our.test")).hasPrefix("235"))
        }
    }

    @Test("U19: a certificate that isn't good for it leads nowhere: EXTERNAL isn't offered, and the session goes on")
    func notOffered() async throws {
        typealias Request = TestAuthority.Request
        let other = try TestAuthority(now: house.clock.now().seconds)
        let requests: [(TestAuthority, Request)] = [
            (authority, Request(addresses: ["zoe@our.test"])), (authority, Request(addresses: ["ann@other.test"])),
            (authority, Request()), (authority, Request(commonName: "ann@our.test", addresses: ["zoe@our.test"])),
            (authority, Request(addresses: ["ann@our.test"], days: -20...(-1))),
            (authority, Request(addresses: ["ann@our.test"], days: 1...20)),
            (authority, Request(addresses: ["ann@our.test"], usages: [.serverAuth])),
            (authority, Request(addresses: ["ann@our.test"], usages: [.emailProtection])),
            (authority, Request(addresses: ["ann@our.test"], usages: nil)),
            (authority, Request(addresses: ["ann@our.test"], signs: false)),
            (authority, Request(addresses: ["ann@our.test"], isSelfSigned: true)),
            (other, Request(addresses: ["ann@our.test"])), (authority, Request(addresses: ["ann@our.test\0.evil"])),
        ]
        for (number, (authority, request)) in requests.enumerated() {
            let talk = try await connect(try authority.issue(request), authority.certificate)
            #expect(try await !isOffered(talk), "\(number)")
            #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("504 5.5.4"), "\(number)")
            #expect(
                try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", TestHouse.password)).hasPrefix("235")
            )
        }
        for chain in [[], [0x30, 0x80], Array(repeating: 0x30, count: 200)] as [[UInt8]] {
            #expect(try await !isOffered(try await connect(chain)))
        }
        #expect(try await !isOffered(try await house.connect()))
    }

    @Test("Nobody acts as another account than those that the certificate leads to; of several one must be named")
    func authorizing() async throws {
        let ann = try await connect(try authority.issue(.init(addresses: ["ann@our.test"])))
        #expect(try await ann.say("AUTH EXTERNAL " + TestHouse.encoded("bob@our.test")).hasPrefix("535 5.7.8"))
        #expect(try await ann.say("AUTH EXTERNAL " + TestHouse.encoded("a\0b")).hasPrefix("501 5.5.2"))
        #expect(try await ann.say("AUTH EXTERNAL " + TestHouse.encoded("ann@our.test")).hasPrefix("235"))
        let both = try await connect(try authority.issue(.init(addresses: ["ann@our.test", "bob@our.test"])))
        #expect(try await both.say("AUTH EXTERNAL =").hasPrefix("535"))
        #expect(try await both.say("AUTH EXTERNAL " + TestHouse.encoded("bob@our.test")).hasPrefix("235"))
        #expect(try await both.say("MAIL FROM:<bob@our.test>").hasPrefix("250"))
    }

    @Test("A certificate that an account has by its fingerprint needs no authority, and lets in until it is taken back")
    func pinned() async throws {
        let certificate = try authority.issue(.init(usages: nil, isSelfSigned: true))
        house.accounts.certificates.withLock { $0 = ["bob@our.test": [Fingerprint(of: certificate)]] }
        let talk = try await connect(certificate)
        #expect(try await isOffered(talk))
        house.accounts.certificates.withLock { $0 = [:] }
        #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("535 5.7.8"))
        house.accounts.certificates.withLock { $0 = ["bob@our.test": [Fingerprint(of: certificate)]] }
        #expect(try await talk.say("AUTH EXTERNAL " + TestHouse.encoded("ann@our.test")).hasPrefix("535"))
        #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("235"))
        house.accounts.certificates.withLock { $0 = [:] }
        #expect(try await !isOffered(try await connect(certificate)))
        for request in [
            TestAuthority.Request(days: -20...(-1), isSelfSigned: true),
            TestAuthority.Request(usages: [.serverAuth], isSelfSigned: true),
        ] {
            let bad = try authority.issue(request)
            house.accounts.certificates.withLock { $0 = ["bob@our.test": [Fingerprint(of: bad)]] }
            #expect(try await !isOffered(try await connect(bad)))
        }
    }

    @Test("A certificate that ends while the session lasts doesn't let in any more")
    func ends() async throws {
        let certificate = try authority.issue(.init(addresses: ["ann@our.test"], days: -1...1))
        let talk = try await connect(certificate)
        #expect(try await isOffered(talk))
        house.clock.advance(by: 2 * 86_400)
        // Nothing leads there any more, so the mechanism is none that there is.
        let reply = try await talk.say("AUTH EXTERNAL =")
        #expect(reply.hasPrefix("454 4.7.0"), "\(reply)")
        // What is resumed is looked at anew.
        #expect(try await !isOffered(try await house.connect(certificate: certificate)))
    }

    @Test("U19: who presents somebody's certificate without what vouches for it takes nothing from its owner")
    func presentedByOthers() async throws {
        let between = try TestAuthority("Between", now: house.clock.now().seconds, by: authority)
        let certificate = try between.issue(.init(addresses: ["ann@our.test"]))
        #expect(try await !isOffered(try await connect(certificate)))
        #expect(try await isOffered(try await connect(certificate, between.certificate)))
        await certificates.look(at: [certificate])
        // A session that is resumed brings the certificate alone.
        let resumed = try await house.connect(certificate: certificate)
        #expect(try await isOffered(resumed))
        #expect(try await resumed.say("AUTH EXTERNAL =").hasPrefix("235"))
    }

    @Test("U19: of a chain the first five certificates are looked at: what anybody presents costs little")
    func longChain() async throws {
        let now = house.clock.now().seconds
        let between = try TestAuthority("Between", now: now, by: authority)
        let certificate = try between.issue(.init(addresses: ["ann@our.test"]))
        let others = try (0..<4).map { try TestAuthority("Other \($0)", now: now).certificate }
        await certificates.look(at: [certificate] + others + [between.certificate])
        #expect(try await !isOffered(try await house.connect(certificate: certificate)))
        await certificates.look(at: [certificate] + others.dropLast() + [between.certificate])
        #expect(try await isOffered(try await house.connect(certificate: certificate)))
    }

    @Test("U06: tries count with those of passwords; accounts that can't be read are a fault of ours")
    func bounded() async throws {
        let certificate = try authority.issue(.init(addresses: ["ann@our.test"]))
        let talk = try await connect(certificate)
        house.accounts.isBroken.withLock { $0 = true }
        #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("454 4.7.0"))
        house.accounts.isBroken.withLock { $0 = false }
        // That one didn't count.
        for _ in 0..<8 {
            let guessing = try await house.connect()
            _ = try await guessing.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", "wrong"))
        }
        #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("454"))
        house.clock.advance(by: 901)
        #expect(try await talk.say("AUTH EXTERNAL =").hasPrefix("235"))
    }
}
