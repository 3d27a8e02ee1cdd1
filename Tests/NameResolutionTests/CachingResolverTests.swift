import NameResolution
import Synchronization
import Testing

@Suite struct CachingResolverTests {
    /// Answers what it is told to, counts, and can let everybody wait.
    private final class Upstream: Resolver {
        private struct State {
            var answer = Answer(.noData, timeToLive: 60)
            var asked = 0
            var isHeld = false
            var held: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Mutex(State())

        var asked: Int { state.withLock { $0.asked } }
        var waiting: Int { state.withLock { $0.held.count } }
        func answers(_ answer: Answer) { state.withLock { $0.answer = answer } }
        func hold() { state.withLock { $0.isHeld = true } }
        func release() {
            let held = state.withLock { state in
                state.isHeld = false
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }

        func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    state.asked += 1
                    if state.isHeld { state.held.append(continuation) }
                    return !state.isHeld
                }
                if goesOn { continuation.resume() }
            }
            return state.withLock { $0.answer }
        }
    }

    private final class TestClock: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
    }

    private let upstream = Upstream()
    private let clock = TestClock()
    private let name = DNSName("example.org") ?? .root

    private func cache(answers: Int = 10) -> CachingResolver {
        CachingResolver(upstream, answers: answers, now: { [clock] in clock.now })
    }

    private func numbered(_ number: Int) -> DNSName { DNSName("n\(number).example.org") ?? .root }

    @Test func anAnswerIsKeptWhileItHolds() async {
        let cache = cache()
        let record = RecordData.text([Array("x".utf8)])
        upstream.answers(Answer(.records([record]), security: .secure, timeToLive: 100, aliases: [.root]))
        #expect(await cache.resolve(name, .txt).timeToLive == 100)
        clock.advance(by: .milliseconds(59_500))
        let answer = await cache.resolve(DNSName("EXAMPLE.org") ?? .root, .txt)
        #expect(answer == Answer(.records([record]), security: .secure, timeToLive: 41, aliases: [.root]))
        #expect(upstream.asked == 1)
        #expect(await cache.resolve(name, .a).timeToLive == 100)
        #expect(upstream.asked == 2)
        clock.advance(by: .milliseconds(40_499))
        #expect(await cache.resolve(name, .txt).timeToLive == 1)
        #expect(upstream.asked == 2)
        clock.advance(by: .milliseconds(1))
        #expect(await cache.resolve(name, .txt).timeToLive == 100)
        #expect(upstream.asked == 3)
    }

    @Test(arguments: [Answer.Outcome.noData, .noSuchName]) func whatDoesNotExistIsKept(_ outcome: Answer.Outcome) async
    {
        let cache = cache()
        upstream.answers(Answer(outcome, timeToLive: 10))
        for _ in 0..<3 { #expect(await cache.resolve(name, .mx).outcome == outcome) }
        #expect(upstream.asked == 1)
    }

    @Test func nothingIsKeptForLongerThanTheMaximum() async {
        let cache = cache()
        upstream.answers(Answer(.noData, timeToLive: .max))
        #expect(await cache.resolve(name, .a).timeToLive == .max)
        #expect(await cache.resolve(name, .a).timeToLive == 3_600)
        clock.advance(by: .seconds(3_600))
        _ = await cache.resolve(name, .a)
        #expect(upstream.asked == 2)
    }

    @Test func aTimeOfZeroIsNotKept() async {
        let cache = cache()
        upstream.answers(Answer(.noData, timeToLive: 0))
        for _ in 0..<3 { _ = await cache.resolve(name, .a) }
        #expect(upstream.asked == 3)
        #expect(cache.count == 0)
    }

    @Test(
        "D10: a failure is kept for five seconds at most",
        arguments: [
            Answer.Failure.serverFailure, .timeout, .bogus, .malformed,
        ]) func failures(_ failure: Answer.Failure) async
    {
        let cache = CachingResolver(upstream, failureTime: .seconds(900), now: { [clock] in clock.now })
        upstream.answers(Answer(.failure(failure), timeToLive: 900))
        for _ in 0..<3 { #expect(await cache.resolve(name, .a).outcome == .failure(failure)) }
        #expect(upstream.asked == 1)
        upstream.answers(Answer(.noData, timeToLive: 900))
        clock.advance(by: .seconds(5))
        #expect(await cache.resolve(name, .a).outcome == .noData)
    }

    @Test func aQuestionThatCouldNotBeAskedIsNotKept() async {
        let cache = cache()
        upstream.answers(Answer(.failure(.unavailable), timeToLive: 900))
        for _ in 0..<3 { _ = await cache.resolve(name, .a) }
        #expect(upstream.asked == 3)
    }

    @Test func isBoundedAndKeepsWhatIsUsed() async {
        let cache = cache(answers: 10)
        for number in 0..<10 { _ = await cache.resolve(numbered(number), .a) }
        for number in 10..<100 {
            _ = await cache.resolve(name, .a)
            _ = await cache.resolve(numbered(number), .a)
        }
        #expect(cache.count == 10)
        // Used before each other one: asked for once.
        #expect(upstream.asked == 101)
        _ = await cache.resolve(numbered(99), .a)
        #expect(upstream.asked == 101)
        _ = await cache.resolve(numbered(12), .a)
        #expect(upstream.asked == 102)
        cache.removeAll()
        #expect(cache.count == 0)
    }

    @Test func theLastAnswerToAQuestionCounts() async {
        let cache = cache(answers: 2)
        for number in 1...5 {
            upstream.answers(Answer(.noData, timeToLive: UInt32(number)))
            _ = await cache.resolve(name, .a)
            clock.advance(by: .seconds(number))
        }
        #expect(cache.count == 1)
        #expect(upstream.asked == 5)
    }

    @Test func aLargeAnswerIsHandedOnAndNotKept() async throws {
        let cache = cache()
        let text = RecordData.text([[UInt8]](repeating: [UInt8](repeating: 0x78, count: 255), count: 20))
        upstream.answers(Answer(.records([text]), timeToLive: 60))
        #expect(try await cache.resolve(name, .txt).records == [text])
        #expect(cache.count == 0)
    }

    @Test func equalQuestionsInFlightAreAskedOnce() async {
        let cache = cache()
        upstream.hold()
        upstream.answers(Answer(.noSuchName, timeToLive: 0))
        await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<100 { group.addTask { await cache.resolve(name, .a) } }
            while upstream.waiting == 0 { await Task.yield() }
            // Whoever is late asks again, because a time of 0 isn't kept: only those in flight count.
            for _ in 0..<10_000 { await Task.yield() }
            let asked = upstream.asked
            upstream.release()
            for await answer in group { #expect(answer.outcome == .noSuchName) }
            #expect(asked == 1)
        }
    }

    @Test func whoIsCancelledLeavesTheOthersAlone() async {
        let cache = cache()
        upstream.hold()
        let first = Task { await cache.resolve(name, .a) }
        while upstream.waiting == 0 { await Task.yield() }
        let second = Task { await cache.resolve(name, .a) }
        first.cancel()
        #expect(await first.value.outcome == .failure(.unavailable))
        upstream.release()
        #expect(await second.value.outcome == .noData)
        #expect(upstream.asked == 1)
        let third = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await cache.resolve(numbered(1), .a)
        }
        #expect(await third.value.outcome == .failure(.unavailable))
        #expect(upstream.asked == 1)
        // What is kept is given to whoever asks.
        let fourth = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await cache.resolve(name, .a)
        }
        #expect(await fourth.value.outcome == .noData)
    }
}
