#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
public import SamotopCore
import Synchronization

/// Runs programs with messages as their standard input, a number of them at once; the rest waits in order.
///
/// A program gets `/` as its folder, a process group of its own, the environment and the arguments that it is given and nothing
/// else, besides HOME and PATH, and three descriptors: the message in a pipe, its lines ended by LF, and one pipe for both outputs, of
/// which the first ``outputLimit`` octets are kept. When it has ended, or its time is over, its process group is killed. What counts is its
/// status, not how much of the message it read. None is ever started with root's rights.
public final class ProgramRunner: Sendable {
    /// Octets of a program's output that are kept.
    public static let outputLimit = 4_096
    /// Where it finds other programs.
    public static let path = "/usr/local/bin:/usr/bin:/bin"

    private let threads: StorageThreads
    private let limit: Duration
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - count: programs at once.
    ///   - limit: how long each may take.
    ///   - now: tells the time.
    public init(
        count: Int, limit: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        threads = StorageThreads(count: count, name: "programs")
        self.limit = limit
        self.now = now
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - user: whose rights it gets, which only root can give; nil: this process's.
    ///   - environment: what it has besides HOME and PATH.
    ///   - input: its lines end with CRLF.
    public func run(
        _ program: String, _ arguments: [String], as user: String? = nil, environment: [String: String],
        input: any MailContent
    ) async -> ProgramResult {
        let isCancelled = Flag()
        let (limit, now) = (limit, now)
        let result = await withTaskCancellationHandler {
            try? await threads.run {
                // It may have waited for its turn.
                if isCancelled.value { return ProgramResult(.cancelled) }
                let end = now() + limit
                do throws(RunningProgram.NotStarted) {
                    let (account, home) = try Self.account(user)
                    let variables = environment.merging(["HOME": home, "PATH": Self.path]) { $1 }
                    let running = try RunningProgram(
                        program, [program] + arguments,
                        variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, account)
                    return running.finish(input) {
                        isCancelled.value ? .cancelled : now() >= end ? .timedOut : nil
                    }
                } catch {
                    return ProgramResult(.notStarted(error.cause))
                }
            }
        } onCancel: {
            isCancelled.value = true
        }
        return result ?? ProgramResult(.cancelled)
    }

    /// Whose rights it gets, nil: those of this process; and that user's home.
    private static func account(
        _ name: String?
    ) throws(RunningProgram.NotStarted) -> (account: ProgramAccount?, home: String) {
        let account = ProgramAccount(name)
        guard geteuid() == 0 else {
            if let name, account?.user != geteuid() {
                throw RunningProgram.NotStarted(cause: "only root can start it as \(name)")
            }
            return (nil, account?.home ?? "/")
        }
        guard let account else { throw RunningProgram.NotStarted(cause: "no such user on this machine") }
        guard account.user != 0 else { throw RunningProgram.NotStarted(cause: "it would have root's rights") }
        return (account, account.home)
    }

    private final class Flag: Sendable {
        private let state = Atomic(false)
        var value: Bool {
            get { state.load(ordering: .relaxed) }
            set { state.store(newValue, ordering: .relaxed) }
        }
    }
}
