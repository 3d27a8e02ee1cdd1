import SMTP
import SamotopCore
import SamotopTesting

@testable import SamotopQueue

/// A service with its store, its peers and its time.
struct Office {
    let store: any QueueStore
    let peers: FakePeers
    let writer: PlainWriter
    let clock: ManualClock
    let sleeper: ManualSleeper
    let events = Collector<QueueEvent>()
    let service: QueueService

    init(
        _ store: any QueueStore = MemoryQueueStore(), _ peers: FakePeers = FakePeers(),
        _ writer: PlainWriter = PlainWriter(),
        clock: ManualClock = ManualClock(), _ change: (inout QueueSettings) -> Void = { _ in }
    ) {
        self.store = store
        self.peers = peers
        self.writer = writer
        self.clock = clock
        sleeper = ManualSleeper(clock)
        var settings = QueueSettings()
        settings.jitter = 0
        change(&settings)
        service = QueueService(
            store: store, transport: peers, notices: writer, settings: settings, clock: clock, sleeper: sleeper,
            seed: 1,
            observe: { [events] in events.add($0) })
    }

    /// Returns when the store is loaded.
    func start() async -> Task<Void, any Error> {
        let run = Task { try await service.run() }
        while await !service.isLoaded { await Task.yield() }
        return run
    }

    /// Returns when nothing is under way.
    func settle() async {
        while await service.isBusy { await Task.yield() }
    }

    /// Lets time pass from one timer to the next; what is due is done before time goes on.
    func pass(_ seconds: Int64) async {
        let end = clock.now() + seconds
        while true {
            await settle()
            // The timer is set by the turn that ended, in a task of its own.
            while sleeper.earliest == nil { await Task.yield() }
            guard let due = sleeper.earliest, due <= end.milliseconds else { break }
            let step = (due - clock.now().milliseconds + 999) / 1_000
            if step > 0 { clock.advance(by: step) }
            sleeper.wake()
            while await service.lastTurn.milliseconds < due { await Task.yield() }
        }
        clock.advance(by: end.seconds - clock.now().seconds)
        await settle()
    }

    /// Lets the pause pass after which a store that is full or failed is tried again.
    func passStorePause() async {
        while sleeper.earliest.map({ $0 > clock.now().milliseconds + 5_000 }) ?? true { await Task.yield() }
        clock.advance(by: 5)
        sleeper.wake()
    }

    func contents() async throws -> QueueContents { try await store.load() }
}
