public import NIOCore

/// Runs tasks on an event loop, beside its connections: what they ask of each other needs no change of thread.
///
/// A guard, delivery agent or transport that waits (for DNS, a disk, a person) goes on there, without a detour through other
/// threads. So it must not block or calculate for long; what does belongs on threads of its own.
public final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    /// An executor of tasks on `loop`.
    public init(_ loop: any EventLoop) { self.loop = loop }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
