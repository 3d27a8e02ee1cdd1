import SamotopCore

/// Queues what goes on from here, then delivers the rest: queueing a message again is harmless, so whatever fails afterwards may be tried
/// again with all of it.
struct QueueingFirst: Sendable {
    let queue: any QueueIntake
    let mailboxes: any BatchDeliveryAgent

    func deliver(_ message: ReceivedMessage, _ parts: OutgoingParts) async throws {
        if !parts.outgoing.isEmpty { try await add(parts.outgoing) }
        if !parts.local.isEmpty { try await mailboxes.deliver(message, to: parts.local) }
    }

    /// - Parameter failures: of messages that had none to be split into.
    func deliver(
        _ batch: [ReceivedMessage], _ parts: [OutgoingParts], failures: [DeliveryError?], isReplay: Bool
    ) async -> [DeliveryError?] {
        var failures = failures
        let outgoing = parts.flatMap(\.outgoing)
        if !outgoing.isEmpty {
            do throws(DeliveryError) { try await add(outgoing) } catch {
                // One by one: what can't be queued must not keep the others.
                for index in batch.indices where !parts[index].outgoing.isEmpty {
                    do throws(DeliveryError) { try await add(parts[index].outgoing) } catch { failures[index] = error }
                }
            }
        }
        let local = batch.indices.filter { failures[$0] == nil && !parts[$0].local.isEmpty }
        guard !local.isEmpty else { return failures }
        let messages = local.map { batch[$0].addressed(to: parts[$0].local) }
        for (index, failure) in zip(local, await mailboxes.deliver(messages, isReplay: isReplay)) {
            failures[index] = failure
        }
        return failures
    }

    private func add(_ messages: [NewMessage]) async throws(DeliveryError) {
        do { _ = try await queue.add(messages) } catch { throw Self.failure(error) }
    }

    private static func failure(_ error: any Error) -> DeliveryError {
        switch error as? QueueStoreError {
        case .insufficientStorage(let cause): .insufficientStorage(cause: "the queue: \(cause)")
        case .unacceptable(let cause), .interrupted(let cause), .failed(let cause), .damaged(let cause):
            .failed(cause: "the queue: \(cause)")
        case .wrongKey, .locked, .unknownMessage, nil: .failed(cause: "the queue failed: \(type(of: error))")
        }
    }
}
