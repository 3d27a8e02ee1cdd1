import Glibc
import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

@Suite("Mailboxes that can't take mail now")
struct MailboxHealthTests {
    private let disk = MemoryDisk()
    private let ann: ForwardPath

    init() throws { ann = .mailbox(try #require(Mailbox("Ann@example.org"))) }

    @Test("F03, F04: no space and no inodes are said at RCPT, and mail is taken again when there is room")
    func space() async throws {
        let house = try House(disk, root: "/mail")
        #expect(try await house.mailboxes.resolve(ann) == .destinations([.mailbox("ann")]))
        let room = SpaceFacts(freeBytes: 1 << 40, freeFiles: 1 << 20, isReadOnly: false)
        let settings = MaildirSettings()
        for (space, words) in [
            (
                SpaceFacts(freeBytes: settings.reservedBytes - 1, freeFiles: nil, isReadOnly: false),
                ReplyWords.insufficientStorage
            ),
            (
                SpaceFacts(freeBytes: 1 << 40, freeFiles: settings.reservedFiles - 1, isReadOnly: false),
                .insufficientStorage
            ),
            (SpaceFacts(freeBytes: 1 << 40, freeFiles: 1 << 20, isReadOnly: true), .localError),
        ] {
            disk.setSpace(space)
            // The last answer is still good.
            #expect(try await house.mailboxes.resolve(ann) == .destinations([.mailbox("ann")]))
            house.clock.advance(by: settings.healthSeconds)
            guard case .unavailable(let refusal) = try await house.mailboxes.resolve(ann) else {
                Issue.record("available with \(space)")
                continue
            }
            #expect(refusal.words == words)
            disk.setSpace(room)
            house.clock.advance(by: settings.healthSeconds)
            #expect(try await house.mailboxes.resolve(ann) == .destinations([.mailbox("ann")]))
        }
    }

    @Test("A clock that was set back doesn't freeze an answer")
    func clockSetBack() async throws {
        let house = try House(disk, root: "/mail")
        #expect(try await house.mailboxes.resolve(ann) == .destinations([.mailbox("ann")]))
        disk.setSpace(SpaceFacts(freeBytes: 0, freeFiles: nil, isReadOnly: false))
        house.clock.advance(by: -1000)
        #expect(try await house.mailboxes.resolve(ann) != .destinations([.mailbox("ann")]))
    }

    @Test("Asking about a mailbox asks the device once in some seconds")
    func cached() async throws {
        let faulty = FaultyDisk(disk)
        let house = try House(faulty, root: "/mail")
        for _ in 0..<20 { _ = try await house.mailboxes.resolve(ann) }
        #expect(faulty.calls("fstatvfs") == 1)
        // A folder that can't be opened is no error of ours to throw, and not asked for each time either.
        faulty.arm(.full(1, ENOSPC))
        disk.setSpace(SpaceFacts(freeBytes: 1 << 40, freeFiles: nil, isReadOnly: false))
        let bob = ForwardPath.mailbox(try #require(Mailbox("bob@example.org")))
        guard case .unavailable(let refusal) = try await house.mailboxes.resolve(bob) else {
            Issue.record("a mailbox that can't be made is available")
            return
        }
        #expect(refusal.words == .insufficientStorage)
        let calls = faulty.count
        _ = try await house.mailboxes.resolve(bob)
        #expect(faulty.count == calls)
    }
}
