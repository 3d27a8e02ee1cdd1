// Fills the queue below a state folder with messages that wait. Build with `-c release`.
//
//   QueueBenchmark STATE COUNT SIZE DESTINATIONS    makes STATE/queue.key and STATE/queue

import Foundation
import SMTP
import SamotopCore
import SamotopQueue

@concurrent func fill(state: String, count: Int, size: Int, destinations: Int) async throws {
    let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    try Data(key).write(to: URL(fileURLWithPath: state + "/queue.key"))
    chmod(state + "/queue.key", 0o600)
    let store = try await SegmentedQueueStore.open(
        state + "/queue", key: key, threads: StorageThreads(count: 4, name: "queue content"))
    let text = "From: <ann@client.test>\r\nSubject: x\r\n\r\n"
    let content = MemoryContent(Array((text + String(repeating: "x", count: max(0, size - text.utf8.count))).utf8))
    let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    guard let sender = Mailbox("ann@client.test") else { exit(1) }
    for start in stride(from: 0, to: count, by: 1_000) {
        let messages = (start..<min(count, start + 1_000)).compactMap { number -> NewMessage? in
            guard let recipient = Mailbox("user\(number)@d\(number % destinations).test") else { return nil }
            let message = QueuedMessage(
                id: "message-\(number)", reversePath: .mailbox(sender), submitter: Submitter(.local, name: "network"),
                arrived: now, size: content.count)
            return NewMessage(message, to: [NewRecipient(recipient)], content: content)
        }
        _ = try await store.add(messages)
        // Tried once, hours from the next attempt.
        let changes = messages.map { new in
            var status = RecipientStatus(since: now.seconds * 1_000)
            status.attempts = 1
            status.due = status.since + Int64.random(in: 7_200_000...14_400_000)
            return QueueChange.status(id: new.message.id, MessageStatus([status]))
        }
        try await store.record(changes)
    }
    await store.close()
}

let arguments = CommandLine.arguments
let numbers = arguments.dropFirst(2).compactMap { Int($0) }
guard arguments.count == 5, numbers.count == 3 else {
    print("usage: QueueBenchmark STATE COUNT SIZE DESTINATIONS")
    exit(64)
}
try await fill(state: arguments[1], count: numbers[0], size: numbers[1], destinations: numbers[2])
