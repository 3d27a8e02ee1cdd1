import SamotopCore

/// The session's end of a transaction: when the session lets go of it, the transaction is over.
final class SealedIntake: SpoolIntake {
    private let transaction: SealedTransaction

    init(_ transaction: SealedTransaction) { self.transaction = transaction }

    deinit { transaction.discard() }

    var hasRoom: Bool { transaction.hasRoom }

    func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom { try transaction.append(slice) }

    func finish() async throws -> any MailContent { try await transaction.finish() }

    func discard() { transaction.discard() }
}
