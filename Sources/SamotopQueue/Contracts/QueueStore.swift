public import SamotopCore

/// Where the queue rests. One process has it open at a time.
///
/// Whatever throws has happened or has not: the caller does it again with the same id, later or after a restart, and it is
/// done once. After ``QueueStoreError/failed(cause:)`` the store does no further work until it is opened again.
public protocol QueueStore: Sendable {
    /// Everything that the scheduler needs, and no content; called once, before anything else.
    func load() async throws -> QueueContents

    /// Queues messages; durable on return. Idempotent by message id: one that is known, also if it was finished a short while
    /// ago, is not queued again.
    ///
    /// - Returns: for each message, whether it was new.
    func add(_ messages: [NewMessage]) async throws -> [Bool]

    /// Records changes in their order; durable on return. Each change happens whole or not at all.
    func record(_ changes: [QueueChange]) async throws

    /// The content of a message that isn't finished. It can be read until then, by ``StorageThreads``.
    func content(of id: String) async throws -> any MailContent
}
