// Messages over one connection of the client library. Build with `-c release`.
//
//   ClientBenchmark PORT COUNT SIZE    to 127.0.0.1; prints messages a second and processor microseconds for each: with a call for each
//                                      message, and with a call for a hundred

import Foundation
import NIOCore
import NIOPosix
import SMTP
import SamotopClient

func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

func measure(_ count: Int, _ body: () async throws -> Void) async throws {
    let (clock, before) = (ContinuousClock(), processorSeconds())
    let start = clock.now
    try await body()
    let seconds = (clock.now - start) / .seconds(1)
    print(Double(count) / seconds, (processorSeconds() - before) / Double(count) * 1e6)
}

@concurrent func run(port: Int, count: Int, size: Int) async throws {
    let line = "The quick brown fox jumps over the lazy dog, and does so once more for good measure.\r\n"
    let text = "From: <ann@client.test>\r\nSubject: x\r\n\r\n" + String(repeating: line, count: size / line.utf8.count)
    guard let transaction = MailTransaction(from: "ann@client.test", to: ["bob@other.test"]) else { exit(1) }
    let content = MessageContent(text)
    let connection = try await SMTPConnection.connect(
        to: .host("127.0.0.1", port: port), configuration: ClientConfiguration(tls: .none),
        on: MultiThreadedEventLoopGroup.singleton)
    for _ in 0..<100 { _ = try await connection.send(transaction, content) }
    try await measure(count) {
        for _ in 0..<count {
            guard try await connection.send(transaction, content).isAcceptedForAll else { exit(2) }
        }
    }
    let hundred = (0..<100).map { _ in (transaction: transaction, content: content) }
    try await measure(count / 100 * 100) {
        for _ in 0..<(count / 100) {
            for result in await connection.send(hundred) where try !result.get().isAcceptedForAll { exit(2) }
        }
    }
    await connection.quit()
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 3 else {
    print("usage: ClientBenchmark PORT COUNT SIZE")
    exit(64)
}
try await run(port: numbers[0], count: numbers[1], size: numbers[2])
