import Foundation
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

@Suite("Files that tell the day, and neither time, host nor process")
struct CoarseNameTests {
    /// 2023-11-14, 00:00 UTC; the message came at 22:13:20.
    private static let midnight: Int64 = 1_699_920_000
    private static let name = "1699920000.M0R01HF7YAT00TESTTESTTESTTEST.mail,S="
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func house(isCoarse: Bool = true, clock: ManualClock = ManualClock()) throws -> House {
        try House(root: scratch.path, clock: clock, isCoarse: isCoarse)
    }

    private func status(_ path: String) -> stat {
        var status = stat()
        stat("\(scratch.path)/\(path)", &status)
        return status
    }

    @Test(
        "P01: the name has the day and the envelope, the file's times are the day's beginning",
        arguments: [false, true])
    func coarse(isBatch: Bool) async throws {
        let house = try house()
        let recipients = TestMessage.recipients("ann")
        if isBatch {
            let failures = await house.mailboxes.deliver([TestMessage.make(to: recipients)], isReplay: false)
            #expect(failures == [nil])
        } else {
            try await house.mailboxes.deliver(TestMessage.make(), to: recipients)
        }
        let name = Self.name + "\(TestMessage.file.count)"
        // Before it is read, which is another time.
        let status = status("example.org/ann/new/\(name)")
        for time in [status.st_mtim, status.st_atim] {
            #expect(Int64(time.tv_sec) == Self.midnight && time.tv_nsec == 0)
        }
        #expect(scratch.contents(of: "example.org/ann/new") == [name: TestMessage.file])
        #expect(MaildirName.envelope(of: name) == "01HF7YAT00TESTTESTTESTTEST", "decisions find it by its name")
    }

    @Test("Names in tmp tell no more, and none is made twice")
    func temporary() {
        let names = (0..<1_000).map { TemporaryName.coarse(seconds: 1_700_000_000, count: $0, run: "0123456789abcdef") }
        #expect(Set(names).count == 1_000)
        #expect(names[7] == "1699920000.Q7R0123456789abcdef.mail")
    }

    @Test("D4: the same message again is one copy, also when a reader has it, and when names were exact before")
    func replay() async throws {
        let message = TestMessage.make(to: TestMessage.recipients("ann"))
        let exact = try house(isCoarse: false)
        #expect(await exact.mailboxes.deliver([message], isReplay: false) == [nil])
        let name = try #require(scratch.names("example.org/ann/new").first)
        try FileManager.default.moveItem(
            atPath: "\(scratch.path)/example.org/ann/new/\(name)",
            toPath: "\(scratch.path)/example.org/ann/cur/\(name):2,S")
        let coarse = try house()
        #expect(await coarse.mailboxes.deliver([message], isReplay: true) == [nil])
        #expect(scratch.names("example.org/ann/new").isEmpty)
        for _ in 1...2 { try await coarse.mailboxes.deliver(message, to: TestMessage.recipients("bob")) }
        #expect(scratch.names("example.org/bob/new").count == 1)
    }

    @Test(
        "D4: one copy, also when the names became coarse, or exact again, before a reader saw it",
        arguments: [false, true])
    func replayUnread(wasCoarse: Bool) async throws {
        let message = TestMessage.make(to: TestMessage.recipients("ann"))
        #expect(try await house(isCoarse: wasCoarse).mailboxes.deliver([message], isReplay: false) == [nil])
        let names = scratch.names("example.org/ann/new")
        #expect(names.count == 1)
        for isCoarse in [wasCoarse, !wasCoarse] {
            #expect(try await house(isCoarse: isCoarse).mailboxes.deliver([message], isReplay: true) == [nil])
            #expect(scratch.names("example.org/ann/new") == names)
        }
    }

    @Test("What a crash leaves in tmp goes when it is old, whatever run it is of")
    func sweep() async throws {
        let now = Int64(Date().timeIntervalSince1970)
        let clock = ManualClock(seconds: now)
        let house = try house(clock: clock)
        try await house.mailboxes.prepare()
        let left = TemporaryName.coarse(seconds: now, count: 1, run: "ffffffffffffffff")
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/cat/tmp/\(left)"))
        #expect(try await house.mailboxes.sweep() == 0)
        clock.advance(by: 37 * 3600)
        #expect(try await house.mailboxes.sweep() == 1)
    }
}
