import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// SIGINT and SIGTERM while a server is set up: it ends before its next step, and what was made goes again.
enum SetupSignals {
    private static let hasCome = Atomic(false)

    static func heeded<Value>(_ work: () throws -> Value) rethrows -> Value {
        hasCome.store(false, ordering: .relaxed)
        let signals = [SIGINT, SIGTERM]
        let before = signals.map { signal($0) { _ in SetupSignals.hasCome.store(true, ordering: .relaxed) } }
        defer { for (number, handler) in zip(signals, before) { signal(number, handler) } }
        return try work()
    }

    /// Throws when one has come.
    static func check() throws {
        guard hasCome.load(ordering: .relaxed) else { return }
        throw StartFailure(ExitStatus.failure, ["samotop: ended by a signal; nothing was set up"])
    }
}
