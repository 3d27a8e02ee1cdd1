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
