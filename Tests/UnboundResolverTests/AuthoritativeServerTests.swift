#if Unbound
    import Foundation
    import NameResolution
    import Testing
    import UnboundResolver

    /// Answers of a real server with real signatures, from a signed root down.
    @Suite(.enabled(if: Peers.areWanted, "needs nsd and ldnsutils (scripts/setup test)"))
    struct AuthoritativeServerTests {
        private static let signed = AuthoritativeServer.Zone(
            name: "signed.test",
            records: """
                www A 192.0.2.1
                www A 192.0.2.2
                www AAAA 2001:db8::1
                @ MX 10 www
                @ MX 20 mx.other.test.
                nomail MX 0 .
                txt TXT "v=spf1 -all" "second"
                txt TXT "\\000\\255"
                _25._tcp.www TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                srv SRV 0 1 25 www
                a\\.b.sp\\032ace TXT "odd"
                broken A 192.0.2.66
                zero 0 A 192.0.2.3
                long 4000000 A 192.0.2.3
                away CNAME www.plain.signed.test.
                gone CNAME nothing
                circle CNAME c.circle
                c.circle CNAME circle
                plain NS ns.
                plain2 NS ns.

                """ + (0..<9).map { "c\($0) CNAME c\($0 + 1)\n" }.joined() + "c9 A 192.0.2.9\n"
                    + (0..<1_000).map { "many MX \($0) mx\($0).many\n" }.joined(),
            replacement: ("192.0.2.66", "192.0.2.67"))
        private static let zones = [
            signed, AuthoritativeServer.Zone(name: "plain.signed.test", records: "www A 192.0.2.4\n", isSigned: false),
            AuthoritativeServer.Zone(name: "expired.test", records: "www A 192.0.2.5\n", expiration: "20200201"),
        ]
        private static let shared = Task { try await Threads.run { try AuthoritativeServer(zones) } }

        private static func settings() async throws -> UnboundSettings {
            try await shared.value.settings(zones.map(\.name))
        }

        private static let resolver = Task { try UnboundResolver(try await settings()) }

        private func resolve(_ text: String, _ type: RecordType) async throws -> Answer {
            try await Self.resolver.value.resolve(try name(text), type)
        }

        @Test func recordsOfEachType() async throws {
            let resolver = try await Self.resolver.value
            #expect(
                Set(try await resolver.addresses(try name("WWW.Signed.Test"), isIPv6: false).map(\.description)) == [
                    "192.0.2.1", "192.0.2.2",
                ])
            #expect(
                try await resolver.addresses(try name("www.signed.test"), isIPv6: true).map(\.description) == [
                    "2001:db8::1"
                ])
            let exchanges = try await resolver.mailExchanges(try name("signed.test")).sorted {
                $0.preference < $1.preference
            }
            #expect(exchanges.map(\.exchange) == [try name("www.signed.test"), try name("mx.other.test")])
            #expect(
                Set(try await resolver.texts(try name("txt.signed.test"))) == [
                    Array("v=spf1 -allsecond".utf8), [0, 255],
                ])
            let data = (0..<4).flatMap { _ in [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF] as [UInt8] }
            #expect(
                try await resolve("_25._tcp.www.signed.test", .tlsa).records == [
                    .tlsa(TLSARecord(usage: 3, selector: 1, matchingType: 1, data: data))
                ])
            let target: [UInt8] = try name("www.signed.test").wire
            #expect(try await resolve("srv.signed.test", .srv).records == [.other([0, 0, 0, 1, 0, 25] + target)])
            #expect(try await resolve("c8.signed.test", .cname).records == [.name(try name("c9.signed.test"))])
        }

        @Test func namesWithDotsAndBlanksInLabels() async throws {
            let labels = ["a.b", "sp ace", "signed", "test"].map { Array($0.utf8) }
            let odd = try #require(DNSName(labels: labels))
            #expect(try await Self.resolver.value.texts(odd) == [Array("odd".utf8)])
        }

        @Test func goodSignaturesAreSecure() async throws {
            let answer = try await resolve("www.signed.test", .a)
            #expect(answer.security == .secure)
            #expect(answer.aliases.isEmpty)
            #expect((1...300).contains(answer.timeToLive))
            let signature = try #require(answer.signature)
            #expect(signature.signer == (try name("signed.test")))
            #expect(signature.expires > Int64(Date().timeIntervalSince1970))
            #expect(answer.bogusCause == nil)
        }

        @Test func aBrokenSignatureIsBogus() async throws {
            let answer = try await resolve("broken.signed.test", .a)
            #expect(answer.outcome == .failure(.bogus))
            #expect(answer.security == .bogus)
            #expect(answer.bogusCause?.contains("broken.signed.test") == true)
            // Again, from libunbound's memory.
            #expect(try await resolve("broken.signed.test", .a).outcome == .failure(.bogus))
        }

        @Test func anExpiredSignatureIsBogus() async throws {
            #expect(try await resolve("www.expired.test", .a).outcome == .failure(.bogus))
            #expect(try await resolve("nothing.expired.test", .a).outcome == .failure(.bogus))
        }

        @Test func anUnsignedDelegationIsInsecure() async throws {
            let answer = try await resolve("www.plain.signed.test", .a)
            #expect(answer.outcome == .records([.address(try #require(IPAddress("192.0.2.4")))]))
            #expect(answer.security == .insecure)
        }

        @Test("D11: what doesn't exist, what has no such records, and who takes no mail are told apart")
        func absence() async throws {
            let nothing = try await resolve("nothing.signed.test", .mx)
            #expect(nothing.outcome == .noSuchName)
            #expect(nothing.security == .secure)
            #expect((1...60).contains(nothing.timeToLive))
            let noMail = try await resolve("www.signed.test", .mx)
            #expect(noMail.outcome == .noData)
            #expect(noMail.security == .secure)
            #expect((1...60).contains(noMail.timeToLive))
            let null = try await resolve("nomail.signed.test", .mx)
            #expect(null.outcome == .records([.mailExchange(preference: 0, .root)]))
            #expect(try await resolve("nothing.plain.signed.test", .mx).security == .insecure)
        }

        @Test func aliasesAreToldInOrder() async throws {
            let answer = try await resolve("c6.signed.test", .a)
            #expect(
                answer.aliases == [try name("c7.signed.test"), try name("c8.signed.test"), try name("c9.signed.test")])
            #expect(answer.outcome == .records([.address(try #require(IPAddress("192.0.2.9")))]))
            #expect(answer.security == .secure)
            let nothing = try await resolve("gone.signed.test", .a)
            #expect(nothing.outcome == .noSuchName)
            #expect(nothing.aliases == [try name("nothing.signed.test")])
            #expect(try await resolve("c8.signed.test", .mx).aliases == [try name("c9.signed.test")])
        }

        @Test func anAliasOutOfASignedZoneIsInsecure() async throws {
            let answer = try await resolve("away.signed.test", .a)
            #expect(answer.aliases == [try name("www.plain.signed.test")])
            #expect(answer.security == .insecure)
        }

        @Test("D13: eight aliases are followed, a ninth or a circle is a failure") func floodsOfAliases() async throws {
            #expect(try await resolve("c1.signed.test", .a).aliases.count == 8)
            #expect(try await resolve("c0.signed.test", .a).outcome == .failure(.serverFailure))
            #expect(try await resolve("circle.signed.test", .a).outcome == .failure(.serverFailure))
        }

        @Test("D13: a thousand MX records arrive, over TCP") func aThousandRecords() async throws {
            let answer = try await resolve("many.signed.test", .mx)
            #expect(try answer.records.count == 1_000)
            #expect(answer.security == .secure)
        }

        @Test("D13: times to live are kept within bounds") func timesToLive() async throws {
            #expect(try await resolve("zero.signed.test", .a).timeToLive == 0)
            #expect(try await resolve("long.signed.test", .a).timeToLive <= 86_400)
        }

        @Test("D10: a server that is gone is a failure, and nothing else") func killed() async throws {
            let server = try await Threads.run { try AuthoritativeServer([Self.signed]) }
            var settings = try server.settings(["signed.test"])
            settings.timeLimit = .seconds(3)
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.resolve(try name("www.signed.test"), .a).security == .secure)
            try await Threads.run { server.stop() }
            let outcome = await resolver.resolve(try name("txt.signed.test"), .txt).outcome
            #expect([.failure(.serverFailure), .failure(.timeout)].contains(outcome))
            // What was learnt before still holds.
            #expect(await resolver.resolve(try name("www.signed.test"), .a).security == .secure)
            await resolver.close()
        }

        @Test func aKeyOfTheZoneItselfWillDo() async throws {
            let server = try await Self.shared.value
            var settings = try await Self.settings()
            settings.rootAnchor = .none
            settings.trustAnchors = [try #require(server.keys["signed.test"])]
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.resolve(try name("www.signed.test"), .a).security == .secure)
            #expect(await resolver.resolve(try name("broken.signed.test"), .a).outcome == .failure(.bogus))
            #expect(await resolver.resolve(try name("www.plain.signed.test"), .a).security == .insecure)
            // Nobody looks at what no key covers, expired or not.
            #expect(await resolver.resolve(try name("www.expired.test"), .a).security == .indeterminate)
            await resolver.close()
        }

        @Test func theKeyOfAnotherZoneIsNone() async throws {
            var settings = try await Self.settings()
            settings.rootAnchor = .none
            let other = try #require(try await Self.shared.value.keys["expired.test"])
            settings.trustAnchors = [other.replacing("expired.test", with: "signed.test")]
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.resolve(try name("www.signed.test"), .a).outcome == .failure(.bogus))
            await resolver.close()
        }

        @Test func withoutValidationNothingIsKnown() async throws {
            var settings = try await Self.settings()
            settings.validation = .never
            let resolver = try UnboundResolver(settings)
            #expect(!resolver.isValidating)
            for host in ["www.signed.test", "broken.signed.test", "www.expired.test", "www.plain.signed.test"] {
                let answer = await resolver.resolve(try name(host), .a)
                #expect(answer.security == .indeterminate)
                #expect(try !answer.records.isEmpty)
            }
            #expect(await resolver.probe() == .disabled)
            await resolver.close()
        }

        @Test func theProbeFindsAGoodNetwork() async throws {
            let resolver = try UnboundResolver(try await Self.settings())
            #expect(await resolver.probe() == .validating)
            #expect(resolver.isValidating)
            await resolver.close()
        }

        @Test func theProbeTakesAProvenLackOfSignaturesForProof() async throws {
            var settings = try await Self.settings()
            settings.probeName = try name("plain.signed.test")
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.probe() == .validating)
            await resolver.close()
        }

        @Test(arguments: UnboundSettings.Validation.allCases.filter { $0 != .never })
        func theProbeFindsANetworkWithoutSignatures(_ validation: UnboundSettings.Validation) async throws {
            // Answers anything with the same address, and signs nothing.
            let server = try TestServer { query in
                let type = DNSMessage.question(of: query)?.type
                let address = DNSMessage.record(.a, [192, 0, 2, 1])
                return [
                    .packet(
                        DNSMessage.reply(
                            to: query,
                            type == .a
                                ? [address]
                                : type == .soa ? [DNSMessage.startOfAuthority(DNSMessage.questionName)] : [],
                            authority: type == .a || type == .soa ? [] : [DNSMessage.startOfAuthority([0])]))
                ]
            }
            defer { server.stop() }
            var settings = UnboundSettings()
            settings.upstream = .forwarders([try server.nameServer()])
            settings.publicZones = [try name("test")]
            settings.rootAnchor = .file(try await Self.shared.value.rootAnchor)
            settings.validation = validation
            settings.timeLimit = .seconds(3)
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.resolve(try name("www.test"), .a).outcome == .failure(.bogus))
            #expect(await resolver.probe() == .stripped)
            let answer = await resolver.resolve(try name("www.test"), .a)
            if validation == .always {
                #expect(resolver.isValidating)
                #expect(answer.outcome == .failure(.bogus))
            } else {
                #expect(!resolver.isValidating)
                #expect(answer.security == .indeterminate)
                #expect(answer.outcome == .records([.address(try #require(IPAddress("192.0.2.1")))]))
            }
            await resolver.close()
        }

        @Test("D09: nobody else's word that an answer is authentic is taken", arguments: [false, true])
        func authenticDataOfAForwarder(_ validates: Bool) async throws {
            // RFC 4035 §3.2.3: AD, in the answer of a recursive server.
            let server = try TestServer { query in
                let isAddress = DNSMessage.question(of: query)?.type == .a
                return [
                    .packet(
                        DNSMessage.reply(
                            to: query, isAddress ? [DNSMessage.record(.a, [192, 0, 2, 1])] : [],
                            authority: isAddress ? [] : [DNSMessage.startOfAuthority([0])], flags: 0x80A0))
                ]
            }
            defer { server.stop() }
            var settings = UnboundSettings()
            settings.upstream = .forwarders([try server.nameServer()])
            settings.publicZones = [try name("test")]
            settings.rootAnchor = validates ? .file(try await Self.shared.value.rootAnchor) : .none
            settings.trustAnchors = validates ? [] : [try #require(try await Self.shared.value.keys["signed.test"])]
            settings.timeLimit = .seconds(3)
            let resolver = try UnboundResolver(settings)
            let answer = await resolver.resolve(try name("www.other.test"), .a)
            #expect(!server.queries.isEmpty)
            #expect(answer.security == (validates ? .bogus : .indeterminate))
            #expect(validates == (answer.outcome == .failure(.bogus)))
            await resolver.close()
        }
    }
#endif
