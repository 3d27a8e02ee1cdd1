import SMTP
import SamotopCore
import Synchronization

@testable import SamotopQueue

/// A transport whose peers say what a test wants, and that remembers what it was given.
final class FakePeers: OutboundTransport {
    private struct State {
        var delivered: [String] = []
        var attempts = 0
        var atOnce = 0
        var most = 0
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())
    private let answer: @Sendable (DeliveryJob, Int) -> RecipientOutcome

    /// - Parameter answer: what becomes of each recipient of a job, which is the so-manieth attempt of all (from 1).
    init(_ answer: @escaping @Sendable (DeliveryJob, Int) -> RecipientOutcome = { _, _ in .delivered(Sample.accepted) })
    {
        self.answer = answer
    }

    var delivered: [String] { state.withLock { $0.delivered } }
    var attempts: Int { state.withLock { $0.attempts } }
    var most: Int { state.withLock { $0.most } }
    var waiting: Int { state.withLock { $0.held.count } }

    /// Deliveries wait until they are released, or their task is cancelled.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        let number = state.withLock { state in
            state.attempts += 1
            state.atOnce += 1
            state.most = max(state.most, state.atOnce)
            return state.attempts
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isHeld { state.held.append(continuation) }
                    return !state.isHeld
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            release()
        }
        state.withLock { $0.atOnce -= 1 }
        guard (try? content.octets()) != nil else {
            return DeliveryReport(outcomes: job.recipients.map { _ in .postponed(Sample.greylisted) })
        }
        let outcome = Task.isCancelled ? .postponed(Sample.greylisted) : answer(job, number)
        if case .delivered = outcome {
            state.withLock { $0.delivered += job.recipients.map { "\(job.message.id)/\($0.number)" } }
        }
        return DeliveryReport(outcomes: job.recipients.map { _ in outcome })
    }
}
