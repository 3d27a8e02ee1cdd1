import SamotopCore

/// The content of a queued message, found again each time it is read: its segment may be given up meanwhile.
struct StoredMailContent: MailContent {
    let log: SegmentLog
    let key: MessageKey
    let count: Int

    /// So that opening what was sealed doesn't take long.
    private static let maximumAtHand = 64 << 10

    var bytesAtHand: [UInt8]? { count <= Self.maximumAtHand ? log.bytesAtHand(of: key) : nil }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        do { try log.read(key, body) } catch let error as DiskError { throw error.storeError }
    }
}
