#if Unbound
    import CUnbound
    import NameResolution
    import Synchronization
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// One context of libunbound, and the thread that brings it questions and takes its answers.
    ///
    /// Whoever asks leaves the question here, wakes the thread and waits without one. The thread sleeps in poll(2)
    /// until there are questions or answers. It alone speaks with libunbound, which does its own work on a second
    /// thread.
    ///
    /// A question that nobody waits for any more, because its time is over or its task was cancelled, stays at
    /// libunbound until that calls back, and counts until then: ub_cancel would only silence the answer, not end the
    /// work.
    final class QuestionLoop: @unchecked Sendable {
        // Safe: `context`, `inside`, `line` and `nextLook` are used in `run()` and what it calls, on the one thread
        // that `start()` begins; libunbound calls back within ub_process(3), which is there, too. All else is constant
        // or behind the mutex.

        /// How exact the time limit is.
        private static let tick = Duration.milliseconds(100)

        private struct Arrivals {
            var questions: [PendingQuestion] = []
            /// How many stood in line when the thread looked last.
            var inLine = 0
            var isWoken = false
            var isStopped = false
            var hasEnded = false
            var enders: [CheckedContinuation<Void, Never>] = []
        }

        private let context: OpaquePointer
        private let reader: AnswerReader
        private let timeLimit: Duration
        private let maximumQuestions: Int
        private let maximumWaiting: Int
        private let wakeRead: Int32
        private let wakeWrite: Int32
        private let arrivals = Mutex(Arrivals())
        private var inside: [ObjectIdentifier: PendingQuestion] = [:]
        private var line = WaitingLine<PendingQuestion>()
        private var nextLook = ContinuousClock.now

        /// Makes the context and starts the thread.
        init(_ settings: UnboundSettings, _ anchors: TrustAnchors) throws(UnboundError) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw .notStarted("no pipe") }
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            do throws(UnboundError) {
                context = try UnboundContext.make(settings, anchors)
            } catch {
                for end in ends { close(end) }
                throw error
            }
            (wakeRead, wakeWrite) = (ends[0], ends[1])
            reader = AnswerReader(anchors: anchors, maximumTimeToLive: settings.maximumTimeToLive)
            timeLimit = settings.timeLimit
            maximumQuestions = settings.maximumQuestions
            maximumWaiting = settings.maximumWaiting
            try start()
        }

        private func start() throws(UnboundError) {
            let loop = Unmanaged.passRetained(self)
            var thread = pthread_t()
            let failed = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<QuestionLoop>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, loop.toOpaque())
            guard failed != 0 else {
                pthread_detach(thread)
                return
            }
            loop.release()
            end()
            throw .notStarted("no thread")
        }

        // MARK: On any thread

        func ask(_ name: DNSName, _ type: RecordType) async -> Answer {
            let question = PendingQuestion(name, type, deadline: .now + timeLimit, loop: self)
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    question.wait(continuation)
                    if !add(question) { question.answer(Answer(.failure(.unavailable))) }
                }
            } onCancel: {
                question.answer(Answer(.failure(.unavailable)))
            }
        }

        private func add(_ question: PendingQuestion) -> Bool {
            arrivals.withLock { arrivals in
                guard !arrivals.isStopped, arrivals.inLine + arrivals.questions.count < maximumWaiting else {
                    return false
                }
                arrivals.questions.append(question)
                wake(&arrivals)
                return true
            }
        }

        /// The thread ends, and answers before that whatever still waits.
        func stop() {
            arrivals.withLock { arrivals in
                guard !arrivals.isStopped else { return }
                arrivals.isStopped = true
                wake(&arrivals)
            }
        }

        /// Stops, and returns when the thread and the context are gone.
        func stopAndWait() async {
            stop()
            await withCheckedContinuation { continuation in
                let hasEnded = arrivals.withLock { arrivals in
                    if !arrivals.hasEnded { arrivals.enders.append(continuation) }
                    return arrivals.hasEnded
                }
                if hasEnded { continuation.resume() }
            }
        }

        /// Under the lock and not after the end: the pipe is open.
        private func wake(_ arrivals: inout Arrivals) {
            guard !arrivals.isWoken else { return }
            arrivals.isWoken = true
            var octet: UInt8 = 0
            _ = write(wakeWrite, &octet, 1)
        }

        // MARK: On the loop's own thread

        private func run() {
            while takeArrivals(), hand() {
                dropLate()
                guard wait() else { break }
            }
            end()
        }

        /// False when it is over.
        private func takeArrivals() -> Bool {
            let (questions, isStopped) = arrivals.withLock { arrivals in
                if arrivals.isWoken {
                    var octet: UInt8 = 0
                    _ = read(wakeRead, &octet, 1)
                    arrivals.isWoken = false
                }
                let questions = arrivals.questions
                arrivals.questions = []
                arrivals.inLine = line.count + questions.count
                return (questions, arrivals.isStopped)
            }
            line.append(contentsOf: questions)
            return !isStopped
        }

        /// Hands questions to libunbound, in the order of the line, while it has room. False when it is broken.
        private func hand() -> Bool {
            while inside.count < maximumQuestions, let question = line.popFirst() {
                guard !question.isAnswered else { continue }
                inside[ObjectIdentifier(question)] = question
                // Safe: `inside` keeps the question until libunbound calls back, or its context is gone.
                let code = ub_resolve_async(
                    context, question.name.text, Int32(question.type.rawValue), 1,
                    Unmanaged.passUnretained(question).toOpaque(),
                    { argument, error, result in
                        defer { ub_resolve_free(result) }
                        guard let argument else { return }
                        let question = Unmanaged<PendingQuestion>.fromOpaque(argument).takeUnretainedValue()
                        question.loop.land(question, error, result?.pointee)
                    }, nil)
                guard code != 0 else { continue }
                question.answer(Answer(.failure(.unavailable)))
                // Of this failure alone the context remembers the question.
                guard code != UB_PIPE.rawValue else { return false }
                inside[ObjectIdentifier(question)] = nil
            }
            return true
        }

        private func land(_ question: PendingQuestion, _ error: Int32, _ result: ub_result?) {
            inside[ObjectIdentifier(question)] = nil
            if !question.isAnswered { question.answer(reader.answer(to: question, error, result)) }
        }

        /// Answers those whose time is over.
        private func dropLate() {
            let now = ContinuousClock.now
            guard now >= nextLook else { return }
            nextLook = now + Self.tick
            for question in inside.values where question.deadline <= now {
                question.answer(Answer(.failure(.timeout)))
            }
            while let question = line.first, question.deadline <= now || question.isAnswered {
                question.answer(Answer(.failure(.timeout)))
                _ = line.popFirst()
            }
        }

        /// Sleeps until there is something to do, and lets libunbound call back. False when it is broken.
        private func wait() -> Bool {
            var descriptors = [
                pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
                pollfd(fd: ub_fd(context), events: Int16(POLLIN), revents: 0),
            ]
            let isIdle = inside.isEmpty && line.count == 0
            let timeout = isIdle ? -1 : Int32(clamping: Self.tick.components.attoseconds / 1_000_000_000_000_000)
            guard poll(&descriptors, 2, timeout) > 0, descriptors[1].revents != 0 else { return true }
            return ub_process(context) == 0
        }

        private func end() {
            let questions = arrivals.withLock { arrivals in
                arrivals.isStopped = true
                return arrivals.questions
            }
            line.append(contentsOf: questions)
            for question in inside.values { question.answer(Answer(.failure(.unavailable))) }
            while let question = line.popFirst() { question.answer(Answer(.failure(.unavailable))) }
            UnboundContext.delete(context)
            inside = [:]
            let enders = arrivals.withLock { arrivals in
                arrivals.questions = []
                arrivals.hasEnded = true
                close(wakeRead)
                close(wakeWrite)
                defer { arrivals.enders = [] }
                return arrivals.enders
            }
            for ender in enders { ender.resume() }
        }
    }
#endif
