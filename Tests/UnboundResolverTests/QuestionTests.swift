#if Unbound
    import NameResolution
    import Testing
    import UnboundResolver

    /// How questions wait, and stop waiting.
    @Suite struct QuestionTests {
        private static let silent = Result { try TestServer { _ in [] } }

        private func settings(_ server: TestServer) throws -> UnboundSettings {
            var settings = UnboundSettings()
            settings.stubs = [try server.stub()]
            settings.validation = .never
            return settings
        }

        @Test func manyAtATimeAreAllAnswered() async throws {
            let server = try TestServer {
                [.packet(DNSMessage.reply(to: $0, [DNSMessage.record(.a, [192, 0, 2, 1])]))]
            }
            var settings = try settings(server)
            settings.maximumQuestions = 3
            let resolver = try UnboundResolver(settings)
            let answers = await withTaskGroup(of: Answer.self, returning: [Answer].self) { group in
                for number in 0..<500 {
                    group.addTask { await resolver.resolve(DNSName("n\(number % 100).fake.test") ?? .root, .a) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 500)
            #expect(answers.allSatisfy { (try? $0.records.count) == 1 })
            await resolver.close()
            server.stop()
        }

        @Test("D10: who finds the line too long is told so at once") func theLineIsBounded() async throws {
            var settings = try settings(try Self.silent.get())
            settings.maximumQuestions = 2
            settings.maximumWaiting = 3
            settings.timeLimit = .seconds(1)
            let resolver = try UnboundResolver(settings)
            let outcomes = await withTaskGroup(of: Answer.Outcome.self, returning: [Answer.Outcome].self) { group in
                for number in 0..<50 {
                    group.addTask { await resolver.resolve(DNSName("n\(number).fake.test") ?? .root, .a).outcome }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            // Two at libunbound and three in line; the thread may have taken some more from the line in between.
            #expect((3...5).contains(outcomes.count { $0 == .failure(.timeout) }))
            #expect(outcomes.count { $0 == .failure(.unavailable) } == 50 - outcomes.count { $0 == .failure(.timeout) })
            await resolver.close()
        }

        @Test func aCancelledTaskWaitsNoLonger() async throws {
            var settings = try settings(try Self.silent.get())
            settings.timeLimit = .seconds(600)
            settings.maximumQuestions = 1
            let resolver = try UnboundResolver(settings)
            let www = try name("www.fake.test")
            // Where a busy machine lets the cancellation wait until libunbound gives up, the next one shows it.
            var outcomes: [Answer.Outcome] = []
            for _ in 0..<8 where !outcomes.contains(.failure(.unavailable)) {
                let task = Task { await resolver.resolve(www, .a) }
                await Task.yield()
                task.cancel()
                outcomes.append(await task.value.outcome)
            }
            #expect(outcomes.last == .failure(.unavailable))
            let cancelled = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await resolver.resolve(www, .a)
            }
            #expect(await cancelled.value.outcome == .failure(.unavailable))
            await resolver.close()
        }

        @Test func closingAnswersWhatIsAsked() async throws {
            var settings = try settings(try Self.silent.get())
            settings.timeLimit = .seconds(600)
            settings.maximumQuestions = 5
            let resolver = try UnboundResolver(settings)
            await withTaskGroup(of: Answer.self) { group in
                for number in 0..<20 {
                    group.addTask { await resolver.resolve(DNSName("n\(number).fake.test") ?? .root, .a) }
                }
                group.addTask {
                    await resolver.close()
                    return Answer(.failure(.unavailable))
                }
                for await answer in group { #expect(answer.outcome == .failure(.unavailable)) }
            }
            #expect(await resolver.resolve(.root, .ns).outcome == .failure(.unavailable))
            #expect(await resolver.probe() == .disabled)
            await resolver.close()
        }

        @Test func whoIsForgottenEnds() async throws {
            for _ in 0..<20 {
                let resolver = try UnboundResolver(try settings(try Self.silent.get()))
                let question = Task { await resolver.resolve(DNSName("www.fake.test") ?? .root, .a) }
                question.cancel()
                #expect(await question.value.outcome == .failure(.unavailable))
            }
        }

        @Test func theProbeFindsNoNetwork() async throws {
            let server = try Self.silent.get()
            var settings = UnboundSettings()
            settings.stubs = [try server.stub(".")]
            settings.rootAnchor = .none
            settings.trustAnchors = [". DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"]
            settings.timeLimit = .milliseconds(300)
            let resolver = try UnboundResolver(settings)
            #expect(await resolver.probe() == .offline)
            #expect(resolver.isValidating)
            await resolver.close()
        }
    }
#endif
