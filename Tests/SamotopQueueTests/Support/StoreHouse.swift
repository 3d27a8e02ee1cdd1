import SamotopCore
import Synchronization

@testable import SamotopQueue

/// A store on a disk in memory, and what was promised by it.
struct StoreHouse {
    static let key = [UInt8](repeating: 0x5A, count: 32)
    static let threads = StorageThreads(count: 2)

    static var small: SegmentedQueueStoreSettings {
        var settings = SegmentedQueueStoreSettings()
        settings.segmentSize = 32 << 10
        settings.largeContent = 3_000
        settings.slack = 64 << 10
        settings.rememberedMessages = 1_000
        return settings
    }

    static func open(
        _ disk: MemoryDisk, key: [UInt8]? = key, settings: SegmentedQueueStoreSettings = small,
        alarm: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> SegmentedQueueStore {
        try await SegmentedQueueStore.open(
            "/queue", key: key, settings: settings, threads: threads, disk: disk, alarm: alarm)
    }
}

extension QueueContents {
    var byID: [String: StoredMessage] { Dictionary(messages.map { ($0.facts.id, $0) }) { first, _ in first } }
    var ids: Set<String> { Set(messages.map(\.facts.id)) }
}

/// Collects, from any task.
final class Collector<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    var all: [Element] { elements.withLock { $0 } }
    func add(_ element: Element) { elements.withLock { $0.append(element) } }
}
