import NIOCore
import SamotopQueue
import SamotopServer

/// The event loops that mail goes out on: all deliveries to a destination run on one of them, beside its connections.
struct DeliveryLoops: Sendable {
    let group: any EventLoopGroup
    private let executors: [EventLoopExecutor]

    init(_ group: any EventLoopGroup) {
        self.group = group
        executors = group.makeIterator().map { EventLoopExecutor($0) }
    }

    /// Nil where a mailbox's mail is handed to something else: starting a program takes time that connections would wait.
    func executor(of destination: QueueDestination) -> EventLoopExecutor? {
        guard !executors.isEmpty, !destination.isHanded else { return nil }
        return executors[Int(UInt(bitPattern: destination.hashValue) % UInt(executors.count))]
    }
}
