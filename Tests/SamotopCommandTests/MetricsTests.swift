#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import CoreMetrics
import Testing

@testable import SamotopCommand

@Suite("Metrics")
struct MetricsTests {
    @Test("the text exposition format")
    func exposition() {
        let registry = PrometheusRegistry()
        let counter = Counter(
            label: "samotop.refusals", dimensions: [("stage", "hello"), ("class", "5yz")], factory: registry)
        counter.increment()
        counter.increment(by: 2)
        Meter(label: "open", dimensions: [], factory: registry).set(1.5)
        let timer = Timer(label: "wait", dimensions: [], preferredDisplayUnit: .seconds, factory: registry)
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(2_000_000_000)
        timer.recordNanoseconds(Int64.max)
        let lines = registry.exposition().split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "# TYPE open gauge", "open 1.5", "# TYPE samotop_refusals_total counter",
                "samotop_refusals_total{class=\"5yz\",stage=\"hello\"} 3",
            ])
        #expect(lines.contains("wait_seconds_bucket{le=\"0.001\"} 1"))
        #expect(lines.contains("wait_seconds_bucket{le=\"1\"} 1"))
        #expect(lines.contains("wait_seconds_bucket{le=\"2.5\"} 2"))
        #expect(lines.contains("wait_seconds_bucket{le=\"+Inf\"} 3"))
        #expect(lines.contains("wait_seconds_count 3"))
        #expect(registry.exposition().hasSuffix("\n"))
    }

    @Test("values of labels can't break a line")
    func labels() {
        let registry = PrometheusRegistry()
        Counter(label: "1 bad-name", dimensions: [("a b", "x\"y\\z\n} 1")], factory: registry).increment()
        #expect(
            registry.exposition()
                == "# TYPE __bad_name_total counter\n__bad_name_total{a_b=\"x\\\"y\\\\z\\\\u{a}} 1\"} 1\n")
    }

    @Test("the number of label sets is bounded; what is over it is counted together")
    func bounded() {
        let registry = PrometheusRegistry(seriesLimit: 10)
        for number in 0..<1000 { Counter(label: "c", dimensions: [("n", "\(number)")], factory: registry).increment() }
        let lines = registry.exposition().split(separator: "\n")
        #expect(lines.count == 12)
        #expect(lines.contains("c_total{overflow=\"true\"} 990"))
    }

    @Test("the same labels are the same series, and another kind under the same name does no harm")
    func same() {
        let registry = PrometheusRegistry()
        for _ in 0..<3 { Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment() }
        Counter(label: "c", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Meter(label: "c_total", dimensions: [], factory: registry).set(7)
        #expect(registry.exposition() == "# TYPE c_total counter\nc_total{a=\"1\",b=\"2\"} 4\n")
    }

    @Test(
        "the endpoint: two pages, nothing else, one request a connection",
        arguments: [
            ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK", "c_total 1"),
            ("GET /health HTTP/1.0\r\n\r\n", "HTTP/1.1 503 Service Unavailable", "not well"),
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found", "not found"),
            (
                "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 404 Not Found",
                "not found"
            ),
            ("GET /metrics/../health HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 Not Found", "not found"),
            (
                "GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
                "HTTP/1.1 503 Service Unavailable", "not well"
            ),
            ("EHLO x\r\n\r\n", "HTTP/1.1 400 Bad Request", ""),
            ("GET /\(String(repeating: "x", count: 200_000)) HTTP/1.1\r\n\r\n", "", ""),
        ])
    func endpoint(request: String, status: String, words: String) async throws {
        let registry = PrometheusRegistry()
        Counter(label: "c", dimensions: [], factory: registry).increment()
        let socket = try ListeningSocket.open(try ListenAddress.parse("127.0.0.1:0"))
        let endpoint = try await MetricsEndpoint(on: socket, registry: registry) { false }
        defer { endpoint.close() }
        let port = socket.port ?? 0
        let client = try #require(LineClient(port: port))
        client.send(request)
        let answer = client.rest()
        #expect(answer.hasPrefix(status))
        #expect(answer.contains(words))
        #expect(answer.split(separator: "HTTP/1.1").count <= 1)
    }
}
