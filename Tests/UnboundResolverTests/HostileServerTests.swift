#if Unbound
    import NameResolution
    import Synchronization
    import Testing
    import UnboundResolver

    /// Servers that answer wrong, or not at all. What they say is believed by nobody: no signatures here.
    @Suite struct HostileServerTests {
        private func resolver(_ server: TestServer, timeLimit: Duration = .seconds(2)) throws -> UnboundResolver {
            var settings = UnboundSettings()
            settings.stubs = [try server.stub()]
            settings.validation = .never
            settings.timeLimit = timeLimit
            return try UnboundResolver(settings)
        }

        private static let address = DNSMessage.record(.a, [192, 0, 2, 1])

        @Test func aGoodServer() async throws {
            let server = try TestServer { [.packet(DNSMessage.reply(to: $0, [Self.address]))] }
            let resolver = try resolver(server)
            let answer = await resolver.resolve(try name("www.fake.test"), .a)
            #expect(answer.outcome == .records([.address(try #require(IPAddress("192.0.2.1")))]))
            #expect(answer.security == .indeterminate)
            #expect((299...300).contains(answer.timeToLive))
            await resolver.close()
            server.stop()
        }

        /// What is done to a good answer.
        enum Damage: CaseIterable {
            case nothingButAHeader, empty, oneOctet, pointerToItself, pointersInACircle, pointerForward, pointerBeyond,
                longLabel
            case reservedLabel, longName, shortAddress, dataBeyondTheEnd, manyQuestions, manyAnswers, noQuestion,
                truncatedRecord

            static let record = DNSMessage.number(1) + DNSMessage.number(1) + [0, 0, 1, 0, 0, 4, 192, 0, 2, 1]

            func packet(_ query: [UInt8]) -> [UInt8] {
                let good = DNSMessage.reply(to: query, [HostileServerTests.address])
                let answerStart = good.count - HostileServerTests.address.count
                return switch self {
                case .empty: []
                case .oneOctet: [good[0]]
                case .nothingButAHeader: Array(good.prefix(12))
                case .manyQuestions: Self.replacing(4, in: good, with: 0xFFFF)
                case .manyAnswers: Self.replacing(6, in: good, with: 0xFFFF)
                case .noQuestion: Self.replacing(4, in: good, with: 0)
                case .truncatedRecord: good.dropLast(5)
                default: good.prefix(answerStart) + answer(answerStart)
                }
            }

            private static func replacing(_ index: Int, in message: [UInt8], with count: UInt16) -> [UInt8] {
                var message = message
                message.replaceSubrange(index..<(index + 2), with: DNSMessage.number(count))
                return message
            }

            private func answer(_ start: Int) -> [UInt8] {
                let pointer = { (target: Int) in DNSMessage.number(0xC000 | UInt16(target)) }
                return switch self {
                case .pointerToItself: pointer(start) + Self.record
                case .pointersInACircle: [1, 97] + pointer(start) + Self.record
                case .pointerForward: pointer(start + 2) + Self.record
                case .pointerBeyond: pointer(0x3FFF) + Self.record
                case .longLabel: [64] + [UInt8](repeating: 97, count: 64) + [0] + Self.record
                case .reservedLabel: [0x80, 0] + Self.record
                case .longName: [UInt8](repeatElement([1, 97] as [UInt8], count: 200).joined()) + [0] + Self.record
                case .shortAddress: DNSMessage.record(.a, [192, 0, 2])
                default: DNSMessage.questionName + Self.record.dropLast(4) + [192]
                }
            }
        }

        @Test("D07: a malformed message is a failure", arguments: Damage.allCases)
        func malformed(_ damage: Damage) async throws {
            let server = try TestServer { [.packet(damage.packet($0))] }
            let resolver = try resolver(server)
            let answer = await resolver.resolve(try name("www.fake.test"), .a)
            // A pointer may lead forward, to a name that wasn't asked for: so there is nothing.
            if damage == .pointerForward {
                #expect(try answer.records.isEmpty)
            } else {
                #expect(throws: Answer.Failure.self) { try answer.records }
            }
            #expect(!server.queries.isEmpty)
            await resolver.close()
            server.stop()
        }

        @Test("D07: data that is no data of its type") func malformedData() async throws {
            let server = try TestServer { query in
                guard let question = DNSMessage.question(of: query) else { return [] }
                // A name that is cut: libunbound refuses the message. A string that is longer than its record: it
                // doesn't look.
                let isMX = question.type == .mx
                let bad = isMX ? DNSMessage.record(.mx, [0, 1, 5, 97]) : DNSMessage.record(.txt, [9, 97])
                let good = DNSMessage.record(.txt, [1, 97])
                return [.packet(DNSMessage.reply(to: query, question.name.first == 4 ? [bad, good] : [bad]))]
            }
            let resolver = try resolver(server)
            await #expect(throws: Answer.Failure.self) {
                try await resolver.mailExchanges(try name("bad.fake.test"))
            }
            #expect(await resolver.resolve(try name("bad.fake.test"), .txt).outcome == .failure(.malformed))
            // Beside good ones bad ones are dropped.
            #expect(try await resolver.resolve(try name("good.fake.test"), .txt).records == [.text([[97]])])
            await resolver.close()
            server.stop()
        }

        @Test("D07: random octets never trap") func randomOctets() async throws {
            let server = try TestServer { query in
                var packet = DNSMessage.reply(to: query, [Self.address, Self.address])
                for _ in 0..<Int.random(in: 1...12) { packet[Int.random(in: 2..<packet.count)] = .random(in: 0...255) }
                return [.packet(packet)]
            }
            let resolver = try resolver(server, timeLimit: .milliseconds(1_500))
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask { _ = await resolver.resolve(DNSName("n\(number).fake.test") ?? .root, .a) }
                }
            }
            await resolver.close()
            server.stop()
        }

        /// How an answer is forged.
        enum Forgery: CaseIterable {
            case identifier, question, letterCase, port, type
        }

        @Test("D08: a forged answer is never taken", arguments: Forgery.allCases)
        func forged(_ forgery: Forgery) async throws {
            let isFirst = Atomic<Bool>(true)
            let server = try TestServer { query in
                // Who answers every query in time sees them all, and needs no luck.
                guard isFirst.exchange(false, ordering: .relaxed) || forgery == .identifier || forgery == .port else {
                    return [.packet(DNSMessage.reply(to: query, [Self.address]))]
                }
                let evil = DNSMessage.reply(to: query, [DNSMessage.record(.a, [203, 0, 113, 66])])
                let good = DNSMessage.reply(to: query, [Self.address])
                let typeIndex = 12 + (DNSMessage.question(of: query)?.name.count ?? 0)
                let changed = { (index: Int, bits: UInt8) -> TestServer.Reply in
                    var packet = evil
                    packet[index] ^= bits
                    return .packet(packet)
                }
                let forged: [TestServer.Reply] =
                    switch forgery {
                    case .identifier: (1...50).map { changed(0, $0) }
                    case .question: [changed(13, 1)]
                    case .letterCase: [changed(13, 0x20)]
                    case .type: [changed(typeIndex + 1, 28 ^ 1)]
                    case .port: [.stray(evil)]
                    }
                return forged + [.packet(good)]
            }
            let resolver = try resolver(server)
            let answer = await resolver.resolve(try name("wwwwwwww.fake.test"), .a)
            if forgery == .letterCase {
                // Somebody guessed port and identifier: from then on nothing is believed but what comes again and
                // again.
                #expect(answer.outcome == .failure(.serverFailure))
            } else {
                #expect(try answer.records == [.address(try #require(IPAddress("192.0.2.1")))])
            }
            let wasForged = !isFirst.load(ordering: .relaxed)
            #expect(wasForged)
            await resolver.close()
            server.stop()
        }

        @Test("D08: identifiers, ports and letters are random") func randomness() async throws {
            let server = try TestServer { [.packet(DNSMessage.reply(to: $0, [Self.address]))] }
            let resolver = try resolver(server)
            for number in 0..<20 { _ = await resolver.resolve(try name("abcdefghijklmnop\(number).fake.test"), .a) }
            let queries = server.queries
            #expect(Set(queries.map { $0[0..<2] }).count >= queries.count - 2)
            let names = queries.compactMap { DNSMessage.question(of: $0)?.name[1...16] }
            #expect(Set(names).count >= 15)
            await resolver.close()
            server.stop()
        }

        @Test("D10: refusals and silence are failures, never an empty answer", arguments: [2, 4, 5, 9] as [UInt16])
        func refusals(_ code: UInt16) async throws {
            let server = try TestServer { [.packet(DNSMessage.reply(to: $0, code: code))] }
            let resolver = try resolver(server)
            let outcome = await resolver.resolve(try name("www.fake.test"), .a).outcome
            #expect([.failure(.serverFailure), .failure(.timeout)].contains(outcome))
            await resolver.close()
            server.stop()
        }

        @Test("D10: a server that answers nothing costs the time limit") func silence() async throws {
            let server = try TestServer { _ in [] }
            let resolver = try resolver(server, timeLimit: .milliseconds(500))
            let start = ContinuousClock.now
            #expect(await resolver.resolve(try name("www.fake.test"), .a).outcome == .failure(.timeout))
            #expect(ContinuousClock.now - start >= .milliseconds(500))
            await resolver.close()
            server.stop()
        }

        @Test("D11: a made-up NXDOMAIN and NODATA are told apart") func absence() async throws {
            let server = try TestServer { query in
                let isGone = DNSMessage.question(of: query)?.name.first == 4
                return [
                    .packet(
                        DNSMessage.reply(
                            to: query, authority: [DNSMessage.startOfAuthority(Array("\u{4}fake\u{4}test\0".utf8))],
                            code: isGone ? 3 : 0))
                ]
            }
            let resolver = try resolver(server)
            #expect(await resolver.resolve(try name("gone.fake.test"), .mx).outcome == .noSuchName)
            #expect(await resolver.resolve(try name("there.fake.test"), .mx).outcome == .noData)
            await resolver.close()
            server.stop()
        }

        @Test("D13: a time to live of 2^31 and more", arguments: [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
        func timeToLive(_ seconds: UInt32) async throws {
            let record = DNSMessage.record(.a, timeToLive: seconds, [192, 0, 2, 1])
            let server = try TestServer { [.packet(DNSMessage.reply(to: $0, [record]))] }
            let resolver = try resolver(server)
            let answer = await resolver.resolve(try name("www.fake.test"), .a)
            #expect(try answer.records.count == 1)
            #expect(answer.timeToLive <= 86_400)
            await resolver.close()
            server.stop()
        }

        @Test("D13: a chain of fifty aliases") func aliases() async throws {
            let server = try TestServer { query in
                guard let asked = DNSMessage.question(of: query),
                    let text = String(validating: asked.name[2..<(1 + Int(asked.name[0]))], as: UTF8.self),
                    let number = Int(text)
                else { return [.packet(DNSMessage.reply(to: query))] }
                let next = DNSName("a\(number + 1).fake.test")?.wire ?? [0]
                return [
                    .packet(DNSMessage.reply(to: query, [number < 50 ? DNSMessage.record(.cname, next) : Self.address]))
                ]
            }
            let resolver = try resolver(server)
            #expect(await resolver.resolve(try name("a0.fake.test"), .a).outcome == .failure(.serverFailure))
            let answer = await resolver.resolve(try name("a42.fake.test"), .a)
            #expect(answer.aliases == (43...50).compactMap { DNSName("a\($0).fake.test") })
            #expect(try answer.records.count == 1)
            await resolver.close()
            server.stop()
        }
    }
#endif
