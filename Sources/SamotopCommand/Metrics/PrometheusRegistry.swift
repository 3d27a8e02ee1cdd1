import CoreMetrics
import Synchronization

/// All metrics of the process, as a backend of swift-metrics that Prometheus can read (text exposition format 0.0.4).
///
/// Labels are bounded: beyond `seriesLimit` sets of labels, a metric's further sets share one series labelled `overflow`.
final class PrometheusRegistry: MetricsFactory {
    private enum Series {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)

        var kind: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// By metric name, then by labels as they are written.
    private let metrics = Mutex<[String: [String: Series]]>([:])
    private let seriesLimit: Int

    init(seriesLimit: Int = 200) {
        self.seriesLimit = seriesLimit
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, HistogramSeries.amounts) : gauge(label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") || label.hasSuffix(".seconds") ? label : label + "_seconds"
        return histogram(name, dimensions, HistogramSeries.seconds)
    }

    // A series stays once it was made: Prometheus wants totals that never go back.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything, as `GET /metrics` answers it.
    func exposition() -> String {
        let snapshot = metrics.withLock { $0 }
        var out = ""
        for (name, series) in snapshot.sorted(by: { $0.key < $1.key }) {
            guard let kind = series.values.first?.kind else { continue }
            out += "# TYPE \(name) \(kind)\n"
            for (labels, one) in series.sorted(by: { $0.key < $1.key }) { Self.append(one, name, labels, to: &out) }
        }
        return out
    }

    private static func append(_ series: Series, _ name: String, _ labels: String, to out: inout String) {
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch series {
        case .counter(let counter): out += "\(name)\(braced) \(written(counter.value))\n"
        case .gauge(let gauge): out += "\(name)\(braced) \(written(gauge.value))\n"
        case .histogram(let histogram):
            let tally = histogram.value
            var total: UInt64 = 0
            for (index, count) in tally.counts.enumerated() {
                total &+= count
                let bound = index < histogram.bounds.count ? written(histogram.bounds[index]) : "+Inf"
                out += "\(name)_bucket{\(labels.isEmpty ? "" : labels + ",")le=\"\(bound)\"} \(total)\n"
            }
            out += "\(name)_sum\(braced) \(written(tally.sum))\n\(name)_count\(braced) \(total)\n"
        }
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        let name = label.hasSuffix("_total") ? label : label + "_total"
        let made = series(name, dimensions) { .counter(CounterSeries()) }
        // Two kinds under one name would be a mistake of ours: the second one counts for nobody.
        if case .counter(let counter) = made { return counter }
        return CounterSeries()
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        if case .gauge(let gauge) = series(label, dimensions, { .gauge(GaugeSeries()) }) { return gauge }
        return GaugeSeries()
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)], _ bounds: [Double]) -> HistogramSeries {
        let made = series(label, dimensions) { .histogram(HistogramSeries(bounds: bounds)) }
        if case .histogram(let histogram) = made { return histogram }
        return HistogramSeries(bounds: bounds)
    }

    private func series(_ label: String, _ dimensions: [(String, String)], _ make: () -> Series) -> Series {
        let name = Self.name(label)
        var labels = Self.labels(dimensions)
        return metrics.withLock { metrics in
            if let known = metrics[name]?[labels] { return known }
            let kind = make()
            if let others = metrics[name] {
                if others.values.first?.kind != kind.kind { return kind }
                if others.count >= seriesLimit { labels = "overflow=\"true\"" }
                if let known = others[labels] { return known }
            }
            metrics[name, default: [:]][labels] = kind
            return kind
        }
    }

    /// A metric's or label's name: letters, digits, `_` and `:`, no digit first.
    private static func name(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "0")...UInt8(ascii: "9") where !out.isEmpty:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "_"
            }
        }
        return out.isEmpty ? "_" : out
    }

    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { key, value in
            var escaped = ""
            for scalar in OneLine.escaped(value, limit: 100).unicodeScalars {
                if scalar == "\\" || scalar == "\"" { escaped += "\\" }
                escaped.unicodeScalars.append(scalar)
            }
            return "\(name(key))=\"\(escaped)\""
        }.sorted().joined(separator: ",")
    }

    private static func written(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 9e15 ? String(Int64(number)) : String(number)
    }
}
