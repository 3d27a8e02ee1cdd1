// What encryption at rest costs: CPU for each message of 10 KiB, sealed to the keys in a file (gpg --export).
//
//   SealingBenchmark KEYFILE [MESSAGES]
import Foundation
import SamotopEncryption

let arguments = CommandLine.arguments
guard arguments.count > 1, let octets = FileManager.default.contents(atPath: arguments[1]) else {
    print("usage: SealingBenchmark KEYFILE [MESSAGES]")
    exit(64)
}
let count = arguments.count > 2 ? Int(arguments[2]) ?? 5_000 : 5_000
let recipient = try RNPEngine().recipient([UInt8](octets))
let header = "From: Ann <ann@client.example>\r\nTo: <bob@example.org>\r\nSubject: speed\r\nMIME-Version: 1.0\r\n\r\n"
let line = Array("0123456789 the quick brown fox jumps over the lazy dog, and again it does\r\n".utf8)
let message = Array(header.utf8) + Array(repeatElement(line, count: 10 * 1024 / line.count).joined())
let now = Int64(Date().timeIntervalSince1970)

func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

var octetsOut = 0
_ = try SealedMessage(message, for: recipient, at: now)
let start = cpuSeconds()
for _ in 0..<count { octetsOut += try SealedMessage(message, for: recipient, at: now)?.octets.count ?? 0 }
let each = (cpuSeconds() - start) / Double(count)
print(
    "\(recipient.keys.map(\.algorithm).joined(separator: "; ")): \(Int(each * 1e6)) µs of CPU for each of \(count) messages"
)
