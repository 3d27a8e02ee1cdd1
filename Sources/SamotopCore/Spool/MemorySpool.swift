/// A spool that keeps all content in memory: for small messages, tests, and servers that must not touch a disk.
public struct MemorySpool: Spool {
    private let limit: Int

    /// Refuses a message that grows beyond `limit` octets with 452 4.3.1.
    public init(limit: Int = 64 << 20) { self.limit = limit }

    public func open(declaredSize: UInt64?, wake: @escaping @Sendable () -> Void) throws(SpoolError) -> any SpoolIntake
    {
        if let declaredSize, declaredSize > UInt64(limit) {
            throw .insufficientStorage(cause: "more than the memory spool's \(limit) octets")
        }
        return MemoryIntake(limit: limit)
    }
}

/// One message in memory.
final class MemoryIntake: SpoolIntake, @unchecked Sendable {
    // Safe: a session uses its intake from one context at a time, and hands it over to the question that finishes it.
    private var bytes: [UInt8] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var hasRoom: Bool { true }

    func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom {
        guard slice.count <= limit - bytes.count else {
            throw .insufficientStorage(cause: "more than the memory spool's \(limit) octets")
        }
        slice.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return .ready
    }

    func finish() async throws -> any MailContent { MemoryContent(bytes) }

    func discard() { bytes = [] }
}
