import Synchronization

/// Keeps the answers of another resolver while they hold (RFC 1035 §7.4, RFC 2308), and lets equal questions wait for
/// one answer.
///
/// A kept answer costs no other thread. It tells the time that it still holds. What does not exist is kept like what
/// does; a failure only for seconds, and not at all when the question could not be asked. An answer of many octets
/// isn't kept, so that the memory is bounded whatever strangers publish.
///
/// Who is cancelled gets ``Answer/Failure/unavailable`` at once. The question goes on for the others, and for the next
/// to ask.
public final class CachingResolver: Resolver {
    /// Octets of an answer that is kept, at most.
    public static let maximumOctets = 4_096
    /// A failure is never kept longer.
    public static let maximumFailureTime = Duration.seconds(5)

    private typealias Waiters = [UInt64: CheckedContinuation<Answer, Never>]

    private struct State {
        var cache: AnswerCache
        var inFlight: [Question: Waiters] = [:]
        var lastWaiter: UInt64 = 0
    }

    private let resolver: any Resolver
    private let maximumTime: Duration
    private let failureTime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// Keeps answers of `resolver`.
    ///
    /// - Parameters:
    ///   - answers: how many are kept at most.
    ///   - maximumTime: longest time for which one is kept, whatever it says itself.
    ///   - failureTime: how long a failure is kept; at most ``maximumFailureTime``.
    ///   - now: a clock that never goes back.
    public init(
        _ resolver: any Resolver, answers: Int = 10_000, maximumTime: Duration = .seconds(3_600),
        failureTime: Duration = maximumFailureTime, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.resolver = resolver
        self.maximumTime = maximumTime
        self.failureTime = min(failureTime, Self.maximumFailureTime)
        self.now = now
        state = Mutex(State(cache: AnswerCache(capacity: answers)))
    }

    /// How many answers are kept, those included whose time is over.
    public var count: Int { state.withLock { $0.cache.count } }

    /// Forgets all answers.
    public func removeAll() { state.withLock { $0.cache.removeAll() } }

    public func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let question = Question(name: name, type: type)
        let time = now()
        let (kept, waiter) = state.withLock { state in
            state.lastWaiter &+= 1
            return (state.cache.answer(to: question, at: time), state.lastWaiter)
        }
        if let kept { return kept }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(for: question, as: waiter, $0) }
        } onCancel: {
            let continuation = state.withLock { $0.inFlight[question]?.removeValue(forKey: waiter) }
            continuation?.resume(returning: Answer(.failure(.unavailable)))
        }
    }

    private func wait(for question: Question, as waiter: UInt64, _ continuation: CheckedContinuation<Answer, Never>) {
        enum Turn { case answer(Answer), ask, wait }
        let time = now()
        let turn: Turn = state.withLock { state in
            // Looked at under the lock: a cancellation after this finds the continuation.
            if Task.isCancelled { return .answer(Answer(.failure(.unavailable))) }
            if let kept = state.cache.answer(to: question, at: time) { return .answer(kept) }
            let isFirst = state.inFlight[question] == nil
            state.inFlight[question, default: [:]][waiter] = continuation
            return isFirst ? .ask : .wait
        }
        switch turn {
        case .answer(let answer): continuation.resume(returning: answer)
        case .ask: Task { land(await resolver.resolve(question.name, question.type), question) }
        case .wait: break
        }
    }

    private func land(_ answer: Answer, _ question: Question) {
        let time = now()
        let waiters = state.withLock { state in
            if let keepingTime = keepingTime(of: answer) {
                var answer = answer
                answer.timeToLive = min(answer.timeToLive, UInt32(clamping: maximumTime.components.seconds))
                state.cache.store(answer, to: question, for: keepingTime, at: time)
            }
            return state.inFlight.removeValue(forKey: question) ?? [:]
        }
        for continuation in waiters.values { continuation.resume(returning: answer) }
    }

    /// Nil for an answer that isn't kept.
    private func keepingTime(of answer: Answer) -> Duration? {
        let time: Duration
        switch answer.outcome {
        case .failure(.unavailable): return nil
        case .failure: time = failureTime
        case .records, .noData, .noSuchName: time = min(.seconds(Int64(answer.timeToLive)), maximumTime)
        }
        return time > .zero && answer.octets <= Self.maximumOctets ? time : nil
    }
}

extension Answer {
    /// Octets that it takes, roughly.
    fileprivate var octets: Int {
        var octets = aliases.reduce(0) { $0 + $1.wire.count }
        guard case .records(let records) = outcome else { return octets }
        for record in records {
            octets += MemoryLayout<RecordData>.stride
            switch record {
            case .address(let address): octets += address.octets.count
            case .mailExchange(_, let name), .name(let name): octets += name.wire.count
            case .text(let strings): octets += strings.reduce(0) { $0 + $1.count + MemoryLayout<[UInt8]>.stride }
            case .tlsa(let record): octets += record.data.count
            case .other(let wire): octets += wire.count
            }
        }
        return octets
    }
}
