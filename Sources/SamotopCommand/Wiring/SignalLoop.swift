#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs services until a signal ends them: SIGTERM and SIGINT let transactions end, a second one doesn't; SIGHUP reloads.
enum SignalLoop {
    enum Signal { case stop, reload }

    /// Lets signals wait until `run` takes them: who can connect may take the server for running, and by default even SIGHUP would end it.
    /// Call it on the first thread, before there are others; they inherit it. Programs that are started don't.
    static func hold() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(CInt(SIG_BLOCK), &signals, nil)
    }

    static func run(
        _ services: [any Service], _ logger: Logger, on signals: UnixSignalsSequence,
        _ handle: @escaping @Sendable (Signal) async -> Void
    ) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var isStopping = false
                for await signal in signals {
                    if signal == .sighup {
                        await handle(.reload)
                        continue
                    }
                    // What was acknowledged is on the disk: nothing is lost by leaving here and now.
                    if isStopping { _exit(ExitStatus.failure) }
                    isStopping = true
                    await handle(.stop)
                    await group.triggerGracefulShutdown()
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
