#if Unbound
    import NameResolution
    import Synchronization

    /// A question that somebody waits for. It is answered once, by whoever comes first: libunbound, the time limit, a
    /// cancellation, or the end of the resolver.
    final class PendingQuestion: Sendable {
        private enum State {
            case new
            case awaited(CheckedContinuation<Answer, Never>)
            case answered(Answer)
        }

        let name: DNSName
        let type: RecordType
        let deadline: ContinuousClock.Instant
        /// Where libunbound's answer is to be brought.
        let loop: QuestionLoop
        private let state = Mutex(State.new)

        init(_ name: DNSName, _ type: RecordType, deadline: ContinuousClock.Instant, loop: QuestionLoop) {
            self.name = name
            self.type = type
            self.deadline = deadline
            self.loop = loop
        }

        /// Whether nobody waits any more.
        var isAnswered: Bool {
            state.withLock { if case .answered = $0 { true } else { false } }
        }

        /// Lets the continuation wait; resumes it at once when there is an answer already.
        func wait(_ continuation: CheckedContinuation<Answer, Never>) {
            let answer: Answer? = state.withLock { state in
                if case .answered(let answer) = state { return answer }
                state = .awaited(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }

        /// Answers, unless it is answered.
        func answer(_ answer: Answer) {
            let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
                switch state {
                case .answered: return nil
                case .new:
                    state = .answered(answer)
                    return nil
                case .awaited(let continuation):
                    state = .answered(answer)
                    return continuation
                }
            }
            continuation?.resume(returning: answer)
        }
    }
#endif
