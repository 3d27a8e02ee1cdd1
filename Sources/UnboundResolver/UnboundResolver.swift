#if Unbound
    public import NameResolution
    import Synchronization

    /// A resolver that validates for itself (RFC 4035), by libunbound inside this process.
    ///
    /// An answer is ``SecurityStatus/secure`` only when a chain of signatures leads from a trust anchor to it: what a
    /// server on the way says of its own validation counts for nothing. Make one and share it: it serves any number of
    /// tasks at a time, blocks none of their threads, and is bounded in time, memory and sockets by
    /// ``UnboundSettings``. Behind a ``CachingResolver`` a question that was answered before costs a microsecond; here
    /// it costs the way to another thread and back.
    ///
    /// A cancelled task gets ``Answer/Failure/unavailable``, and so does everybody after ``close()``.
    public final class UnboundResolver: Resolver {
        /// What it was made with.
        public let settings: UnboundSettings

        /// Nil without validation.
        private let validating: QuestionLoop?
        /// Asks without validation, where that is wanted; else what the probe has to compare with.
        private let plain: QuestionLoop
        private let isStripped = Atomic<Bool>(false)

        /// Starts two threads, and as many for asking without validation. Nothing is asked yet.
        ///
        /// - Throws: ``UnboundError``, which names the setting that doesn't work.
        public init(_ settings: UnboundSettings = UnboundSettings()) throws(UnboundError) {
            let anchors = try settings.validation == .never ? .none : TrustAnchors(settings)
            guard settings.validation != .always || !anchors.isEmpty else { throw .noTrustAnchor }
            self.settings = settings
            let validating = anchors.isEmpty ? nil : try QuestionLoop(settings, anchors)
            do throws(UnboundError) {
                plain = try QuestionLoop(settings, .none)
            } catch {
                validating?.stop()
                throw error
            }
            self.validating = validating
        }

        deinit {
            validating?.stop()
            plain.stop()
        }

        /// Whether answers are validated now.
        public var isValidating: Bool { validating != nil && !isStripped.load(ordering: .relaxed) }

        public func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
            let loop = isValidating ? validating ?? plain : plain
            return await loop.ask(name, type)
        }

        /// Finds out whether answers can be validated on this network, and with
        /// ``UnboundSettings/Validation/ifPossible`` acts on it. Do it at the start, and now and then. It takes up to
        /// three times the ``UnboundSettings/timeLimit``.
        ///
        /// Whoever controls the network can bring this about, and forge answers then; they are
        /// ``SecurityStatus/indeterminate``, so nothing that needs proof believes them.
        public func probe() async -> ValidationProbe {
            guard let validating else { return .disabled }
            if await isProven(validating) { return .validating }
            if case .failure = await plain.ask(settings.probeName, .soa).outcome { return .offline }
            // Once more: now it is known that the network works.
            if await isProven(validating) { return .validating }
            isStripped.store(settings.validation == .ifPossible, ordering: .relaxed)
            return .stripped
        }

        private func isProven(_ loop: QuestionLoop) async -> Bool {
            let answer = await loop.ask(settings.probeName, .soa)
            // That a name needs no signature is proven by signatures, too.
            guard answer.security == .secure || answer.security == .insecure else { return false }
            isStripped.store(false, ordering: .relaxed)
            return true
        }

        /// Answers what is still asked with ``Answer/Failure/unavailable``, ends the threads and gives back their
        /// memory.
        public func close() async {
            await validating?.stopAndWait()
            await plain.stopAndWait()
        }
    }
#endif
