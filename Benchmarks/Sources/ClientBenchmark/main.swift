// Messages over one connection of the client library. Build with `-c release`.
//
//   ClientBenchmark PORT COUNT SIZE    to 127.0.0.1; prints messages a second and processor microseconds for each

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

@concurrent func run(port: Int, count: Int, size: Int) async throws {
    let line = "The quick brown fox jumps over the lazy dog, and does so once more for good measure.\r\n"
    let text = "From: <ann@client.test>\r\nSubject: x\r\n\r\n" + String(repeating: line, count: size / line.utf8.count)
    guard let transaction = MailTransaction(from: "ann@client.test", to: ["bob@other.test"]) else { exit(1) }
    let content = MessageContent(text)
    let connection = try await SMTPConnection.connect(
        to: .host("127.0.0.1", port: port), configuration: ClientConfiguration(tls: .none),
        on: MultiThreadedEventLoopGroup.singleton)
    for _ in 0..<100 { _ = try await connection.send(transaction, content) }
    let (clock, before) = (ContinuousClock(), processorSeconds())
    let start = clock.now
    for _ in 0..<count {
        let result = try await connection.send(transaction, content)
        guard result.isAcceptedForAll else { exit(2) }
    }
    let seconds = (clock.now - start) / .seconds(1)
    print(Double(count) / seconds, (processorSeconds() - before) / Double(count) * 1e6)
    await connection.quit()
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 3 else {
    print("usage: ClientBenchmark PORT COUNT SIZE")
    exit(64)
}
try await run(port: numbers[0], count: numbers[1], size: numbers[2])
