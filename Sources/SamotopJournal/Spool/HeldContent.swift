import SamotopCore

/// Content that stayed in memory; counts against the budget until the last reference to it is gone.
final class HeldContent: MailContent {
    let count: Int
    private let chunks: [[UInt8]]
    private let budget: MemoryBudget

    /// Takes over `count` octets that were taken from the budget.
    init(_ chunks: [[UInt8]], count: Int, budget: MemoryBudget) {
        self.chunks = chunks
        self.count = count
        self.budget = budget
    }

    deinit { budget.giveBack(count) }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        for chunk in chunks { try body(chunk.span) }
    }
}
