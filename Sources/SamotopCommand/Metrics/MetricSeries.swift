import CoreMetrics
import Synchronization

/// One counter: a metric with one set of labels.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
    private let total = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    // A counter never goes down.
    func increment(by amount: Double) { if amount > 0 { total.withLock { $0 += amount } } }

    func reset() { total.withLock { $0 = 0 } }

    var value: Double { total.withLock { $0 } }
}

/// One gauge: the last value set.
final class GaugeSeries: RecorderHandler, MeterHandler {
    private let last = Mutex(0.0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { last.withLock { $0 = value } }
    func increment(by amount: Double) { last.withLock { $0 += amount } }
    func decrement(by amount: Double) { last.withLock { $0 -= amount } }

    var value: Double { last.withLock { $0 } }
}

/// One histogram: how many observations lie under each bound.
final class HistogramSeries: RecorderHandler, TimerHandler {
    /// Upper bounds in seconds, for times.
    static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
    /// Upper bounds for everything else (octets, counts).
    static let amounts = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000.0]

    struct Tally {
        /// Observations at or under each bound and over the one before; the last holds the rest.
        var counts: [UInt64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let tally: Mutex<Tally>

    init(bounds: [Double]) {
        self.bounds = bounds
        tally = Mutex(Tally(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        tally.withLock { tally in
            tally.counts[index] &+= 1
            tally.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func preferDisplayUnit(_ unit: TimeUnit) {}

    var value: Tally { tally.withLock { $0 } }
}
