import SamotopCore
import Synchronization

/// Content that remembers whether it could be read: a peer's or a transport's failure is another matter than ours.
final class WatchedContent: MailContent {
    private let content: any MailContent
    private let damaged = Atomic(false)

    init(_ content: any MailContent) { self.content = content }

    var count: Int { content.count }
    var bytesAtHand: [UInt8]? { content.bytesAtHand }
    var isDamaged: Bool { damaged.load(ordering: .relaxed) }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        do { try content.read(body) } catch {
            if case QueueStoreError.damaged = error { damaged.store(true, ordering: .relaxed) }
            throw error
        }
    }
}

extension DeliveryReport {
    /// The same, but a person decides where it would be tried again.
    var holdingPostponed: DeliveryReport {
        DeliveryReport(
            outcomes: outcomes.map { outcome in
                if case .postponed = outcome {
                    .held(HoldReason(.damaged, words: "its content can't be read"))
                } else {
                    outcome
                }
            }, tls: tls)
    }
}
