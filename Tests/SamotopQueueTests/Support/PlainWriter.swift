import SMTP
import SamotopCore
import Synchronization

@testable import SamotopQueue

/// Writes notifications of one line, and fails as told.
final class PlainWriter: NoticeWriter {
    private let failures: Mutex<Int>
    private let seen = Mutex<[Notice]>([])

    init(failing times: Int = 0) { failures = Mutex(times) }

    var notices: [Notice] { seen.withLock { $0 } }

    func write(_ notice: Notice, content: (any MailContent)?) async throws -> WrittenNotice {
        seen.withLock { $0.append(notice) }
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw QueueStoreError.damaged(cause: "as told") }
        let original = try content?.octets().count ?? 0
        return WrittenNotice(
            content: MemoryContent(Array("\(notice.kind.word) \(notice.message.id) \(original)".utf8)),
            destination: QueueDestination(name: "home"))
    }
}
