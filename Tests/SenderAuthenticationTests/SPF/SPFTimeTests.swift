import NameResolution
import SenderAuthentication
import Synchronization
import Testing

/// Answers each question after a while.
private struct SlowResolver: Resolver {
    let zone: ZoneResolver
    let clock: SPFTestClock
    let delay: Duration

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        do { try await clock.sleep(for: delay) } catch { return Answer(.failure(.timeout)) }
        return zone.answer(name, type)
    }
}

/// Answers nothing until it is told to, whatever happens to the task.
private final class StuckResolver: Resolver {
    private let zone: ZoneResolver
    private let isStuck: @Sendable (DNSName) -> Bool
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let asked = Mutex<[DNSName]>([])

    init(_ zone: ZoneResolver, isStuck: @escaping @Sendable (DNSName) -> Bool = { _ in true }) {
        self.zone = zone
        self.isStuck = isStuck
    }

    var questions: [DNSName] { asked.withLock { $0 } }

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        asked.withLock { $0.append(name) }
        if isStuck(name) {
            await withCheckedContinuation { continuation in waiting.withLock { $0.append(continuation) } }
        }
        return zone.answer(name, type)
    }

    func release() {
        for continuation in waiting.withLock({ $0 }) { continuation.resume() }
        waiting.withLock { $0 = [] }
    }

    func isAsked() async {
        while waiting.withLock({ $0.isEmpty }) { await Task.yield() }
    }
}

struct SPFTimeTests {
    private let chain = [
        "a.test TXT v=spf1 include:b.test -all", "b.test TXT v=spf1 include:c.test -all", "c.test TXT v=spf1 +all",
    ]

    private func zone() throws -> ZoneResolver { try spfZone(chain[0], chain[1], chain[2]) }

    @Test("D05: answers after 9 seconds each are a temperror after 20 seconds in all, and hold nobody else up")
    func slow() async throws {
        let clock = SPFTestClock()
        let question = try spfQuestion("a.test")
        let slow = SPFEvaluator(
            resolver: SlowResolver(zone: try zone(), clock: clock, delay: .seconds(9)), clock: clock)
        let fast = SPFEvaluator(resolver: try zone(), clock: clock)
        async let finding = slow.checkHost(question)
        for _ in 0..<2 {
            await clock.sleepers(2)
            clock.advance(by: .seconds(9))
        }
        await clock.sleepers(2)
        #expect(await fast.checkHost(question).result == .pass)
        clock.advance(by: .seconds(2))
        let result = await finding
        #expect(result.result == .temperror)
        #expect(result.reason == "the check was not finished in time")
        // What was done until then is still told.
        #expect(result.steps.map(\.outcome) == [.followed, .followed])
        #expect(clock.now.offset == .seconds(20))
    }

    @Test("D05: 6 seconds each are in time") func inTime() async throws {
        let clock = SPFTestClock()
        let question = try spfQuestion("a.test")
        let evaluator = SPFEvaluator(
            resolver: SlowResolver(zone: try zone(), clock: clock, delay: .seconds(6)), clock: clock)
        async let finding = evaluator.checkHost(question)
        for _ in 0..<3 {
            await clock.sleepers(2)
            clock.advance(by: .seconds(6))
        }
        #expect(await finding.result == .pass)
    }

    @Test("D05: a resolver that hangs is not waited for, and is asked nothing more") func stuck() async throws {
        let clock = SPFTestClock()
        let question = try spfQuestion("a.test")
        let resolver = StuckResolver(try zone())
        async let finding = SPFEvaluator(resolver: resolver, clock: clock).checkHost(question)
        await resolver.isAsked()
        await clock.sleepers(1)
        clock.advance(by: .seconds(20))
        #expect(await finding.result == .temperror)
        resolver.release()
        for _ in 0..<100 { await Task.yield() }
        #expect(resolver.questions.count == 1)
    }

    @Test func answersAtHandNeedNoClock() async throws {
        let clock = SPFTestClock()
        let finding = await SPFEvaluator(resolver: try zone(), clock: clock).checkHost(try spfQuestion("a.test"))
        #expect(finding.result == .pass)
        #expect(clock.sleeps == 0)
    }

    @Test func aCancelledCheckReturns() async throws {
        let question = try spfQuestion("a.test")
        let resolver = StuckResolver(try zone())
        let task = Task { await SPFEvaluator(resolver: resolver, clock: SPFTestClock()).checkHost(question) }
        await resolver.isAsked()
        task.cancel()
        #expect(await task.value.result == .temperror)
        resolver.release()
    }

    @Test("D05: a fail stays a fail when its explanation takes too long") func explanation() async throws {
        let clock = SPFTestClock()
        let zone = try spfZone("a.test TXT v=spf1 -all exp=why.a.test", "why.a.test TXT because")
        let question = try spfQuestion("a.test", wantsExplanation: true)
        let resolver = StuckResolver(zone) { $0.labels.count == 3 }
        async let finding = SPFEvaluator(resolver: resolver, clock: clock).checkHost(question)
        await resolver.isAsked()
        await clock.sleepers(1)
        clock.advance(by: .seconds(20))
        let result = await finding
        #expect(result.result == .fail)
        #expect(result.mechanism == "-all")
        #expect(result.explanation == nil)
        #expect(result.steps.count == 1)
        resolver.release()
    }
}
