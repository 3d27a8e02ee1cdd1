public import NIOCore
public import NIOPosix
public import SMTP
import Synchronization

/// Sends messages to one server over a pool of connections.
///
/// Any number of tasks may send at once. A connection that broke while it was idle is noticed, and the message goes over
/// a new one, if the server can't have it already. ``shutdown()`` ends the client; one that is forgotten closes its connections.
public final class SMTPClient: MailTransport {
    private struct State {
        var pool: ConnectionPool<Pooled>
        var waiters: [UInt64: CheckedContinuation<Served, Never>] = [:]
        /// What came for waiting callers between their turn and their continuation.
        var early: [UInt64: Served] = [:]
        var sweep: Scheduled<Void>?
        var ends: [CheckedContinuation<Void, Never>] = []
    }

    struct Pooled: Sendable {
        let connection: SMTPConnection
        var messages = 0
    }

    private enum Served: Sendable {
        case use(Pooled)
        case connect
        case failed(SMTPClientError.Reason)
    }

    private let server: ServerAddress
    private let configuration: ClientConfiguration
    let limits: PoolConfiguration
    private let group: any EventLoopGroup
    private let tls: Mutex<TLSPreparation?> = Mutex(nil)
    private let state: Mutex<State>

    /// A client of a server.
    ///
    /// - Parameter group: the event loops; by default those that the process shares.
    public init(
        _ server: ServerAddress, configuration: ClientConfiguration, pool: PoolConfiguration = PoolConfiguration(),
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.server = server
        self.configuration = configuration
        limits = pool
        self.group = group
        state = Mutex(State(pool: ConnectionPool(pool)))
    }

    /// A client of the server in a URL: see ``ServerURL``.
    public convenience init(
        url: String, pool: PoolConfiguration = PoolConfiguration(),
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(SMTPClientError) {
        let url = try ServerURL(url)
        self.init(url.server, configuration: url.configuration, pool: pool, on: group)
    }

    deinit { state.withLock { $0.sweep?.cancel() } }

    // MARK: use

    /// Sends a message. When the server took it for some recipients only, the result says for which.
    ///
    /// - Throws: also when the server refused every recipient (``SMTPClientError/Reason/allRefused``).
    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        while true {
            var lease = try await lease()
            // At most as often as there are idle connections: a new one is tried once.
            let mayBeStale = lease.messages > 0
            do throws(SMTPClientError) {
                lease.messages += 1
                let result = try await lease.connection.send(transaction, content)
                giveBack(lease)
                if mayBeStale, result.isGoodBye { continue }
                guard result.isAcceptedForAny else { throw .allRefused(result) }
                return result
            } catch {
                giveBack(lease)
                guard mayBeStale, error.isSafeToRetry, error.isBrokenConnection else { throw error }
            }
        }
    }

    /// Lends a connection for commands of the caller's. It goes back to the pool if it can still be used.
    public func withConnection<Value: Sendable>(_ body: (SMTPConnection) async throws -> Value) async throws -> Value {
        var lease = try await lease()
        lease.messages += 1
        defer { giveBack(lease) }
        return try await body(lease.connection)
    }

    /// Connects, or asks an idle connection with NOOP: throws what is wrong.
    public func test() async throws(SMTPClientError) {
        while true {
            let lease = try await lease()
            do throws(SMTPClientError) {
                try await lease.connection.test()
                return giveBack(lease)
            } catch {
                giveBack(lease)
                guard lease.messages > 0, error.isBrokenConnection else { throw error }
            }
        }
    }

    /// Opens connections until ``PoolConfiguration/minimumIdle`` are idle.
    public func warmUp() async throws(SMTPClientError) {
        for place in stride(from: state.withLock { $0.pool.reserveIdle() }, to: 0, by: -1) {
            do throws(SMTPClientError) {
                giveBack(Pooled(connection: try await connect()))
            } catch {
                for _ in 0..<place { giveBack(nil) }
                throw error
            }
        }
    }

    /// Ends the client: who waits for a connection gets an error, idle connections say QUIT, and those in use may finish their message
    /// first. Returns when all are closed.
    public func shutdown() async {
        let (idle, waiting) = state.withLock { state in
            state.sweep?.cancel()
            let (idle, waiting) = state.pool.shutDown()
            return (idle, waiting.compactMap { state.waiters.removeValue(forKey: $0) })
        }
        for waiter in waiting { waiter.resume(returning: .failed(.shutDown)) }
        await withTaskGroup(of: Void.self) { group in
            for pooled in idle { group.addTask { await pooled.connection.quit() } }
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.pool.open > 0 else { return true }
                state.ends.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Connections that are open or being made, and how many of them are idle.
    public var connections: (open: Int, idle: Int) { state.withLock { ($0.pool.open, $0.pool.idleCount) } }

    // MARK: leases

    func lease() async throws(SMTPClientError) -> Pooled {
        let (lease, broken) = state.withLock { $0.pool.lease { $0.connection.isReusable } }
        for pooled in broken { pooled.connection.close() }
        switch lease {
        case .use(let pooled): return pooled
        case .connect: return try await connectInPlace()
        case .wait: break
        case .full: throw SMTPClientError(stage: .connect, kind: .client, reason: .connection)
        case .shutDown: throw SMTPClientError(stage: .connect, kind: .client, reason: .shutDown)
        }
        switch await wait() {
        case .use(let pooled): return pooled
        case .connect: return try await connectInPlace()
        case .failed(let reason): throw SMTPClientError(stage: .connect, kind: .client, reason: reason)
        }
    }

    private func connectInPlace() async throws(SMTPClientError) -> Pooled {
        do throws(SMTPClientError) {
            return Pooled(connection: try await connect())
        } catch {
            giveBack(nil)
            throw error
        }
    }

    private func wait() async -> Served {
        // Enqueued at once, so that nobody who comes later is served first.
        let waiter = state.withLock { $0.pool.enqueue() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early: Served? = state.withLock { state in
                    if let served = state.early.removeValue(forKey: waiter) { return served }
                    state.waiters[waiter] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Served, Never>? = state.withLock { state in
                guard state.pool.leave(waiter) else { return nil }
                if let continuation = state.waiters.removeValue(forKey: waiter) { return continuation }
                state.early[waiter] = .failed(.cancelled)
                return nil
            }
            continuation?.resume(returning: .failed(.cancelled))
        }
    }

    /// Gives a connection back, or the place of one that could not be made.
    func giveBack(_ pooled: Pooled?) {
        var usable = pooled
        if let pooled, !pooled.connection.isReusable || pooled.messages >= limits.maximumMessages { usable = nil }
        if usable == nil { pooled?.connection.close() }
        let now = NIODeadline.now()
        let resumptions:
            (waiter: CheckedContinuation<Served, Never>?, served: Served, ends: [CheckedContinuation<Void, Never>]) =
                state.withLock { state in
                    switch state.pool.giveBack(usable, now: now) {
                    case .waiter(let waiter, let pooled):
                        let served = pooled.map(Served.use) ?? .connect
                        guard let continuation = state.waiters.removeValue(forKey: waiter) else {
                            state.early[waiter] = served
                            return (nil, served, [])
                        }
                        return (continuation, served, [])
                    case .idle:
                        if state.sweep == nil { scheduleSweep(&state, at: now + TimeAmount(limits.idleTimeout)) }
                        return (nil, .connect, [])
                    case .close(let isLast):
                        usable?.connection.close()
                        defer { if isLast { state.ends = [] } }
                        return (nil, .connect, isLast ? state.ends : [])
                    }
                }
        resumptions.waiter?.resume(returning: resumptions.served)
        for end in resumptions.ends { end.resume() }
    }

    // MARK: idle connections

    private func scheduleSweep(_ state: inout State, at deadline: NIODeadline) {
        state.sweep = group.any().scheduleTask(deadline: deadline) { [weak self] in self?.sweep(now: .now()) }
    }

    /// Closes what has been idle for too long.
    func sweep(now: NIODeadline) {
        let expired = state.withLock { state in
            let (expired, next) = state.pool.expire(now: now)
            state.sweep = nil
            if let next { scheduleSweep(&state, at: next) }
            return expired
        }
        for pooled in expired { Task { await pooled.connection.quit() } }
    }

    // MARK: connecting

    private func connect() async throws(SMTPClientError) -> SMTPConnection {
        try await SMTPConnection.connect(
            to: server, configuration: configuration, tls: try await preparedTLS(), on: group)
    }

    /// Read once: the system's authorities take milliseconds.
    private func preparedTLS() async throws(SMTPClientError) -> TLSPreparation? {
        guard configuration.tls.mode != .none else { return nil }
        if let ready = tls.withLock(\.self) { return ready }
        let made = try await TLSPreparation.offLoop(configuration.tls)
        tls.withLock { $0 = made }
        return made
    }
}

extension SendResult {
    /// Whether the server said good-bye instead of listening.
    var isGoodBye: Bool { recipients.allSatisfy { $0.reply.isClosing && $0.stage != .content } }
}

extension SMTPClientError {
    /// Whether the connection was no more use before the message was looked at.
    var isBrokenConnection: Bool {
        switch reason {
        case .connection, .fault(.connectionClosed): true
        case .fault(.refused(let reply)): reply.isClosing
        default: false
        }
    }

    static func allRefused(_ result: SendResult) -> SMTPClientError {
        let last = result.recipients.max { ClientStage.order($0.stage) < ClientStage.order($1.stage) }
        return SMTPClientError(
            stage: last?.stage ?? .rcpt,
            kind: result.recipients.allSatisfy(\.reply.isPermanent) ? .permanent : .transient, reason: .allRefused,
            reply: last?.reply, recipients: result.recipients)
    }
}

extension ClientStage {
    fileprivate static func order(_ stage: ClientStage) -> Int { allCases.firstIndex(of: stage) ?? 0 }
}
