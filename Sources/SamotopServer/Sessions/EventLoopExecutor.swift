import NIOCore

/// Runs a session's questions on its connection's event loop.
///
/// A guard or delivery agent that waits (for DNS, a disk, a person) goes on there, without a detour through other threads. So
/// it must not block or calculate for long; what does belongs on threads of its own.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
