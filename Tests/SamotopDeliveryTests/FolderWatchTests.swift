import Foundation
import SamotopCore
import Testing

@testable import SamotopDelivery

/// inotify itself, on a real folder.
@Suite("Watching folders") struct FolderWatchTests {
    let scratch: ScratchFolder
    let house: House
    let folder: FolderName

    init() throws {
        scratch = try ScratchFolder()
        house = try House(root: scratch.path)
        folder = try #require(FolderName("Welcome"))
    }

    private func make(_ name: String, _ mailbox: String = "example.org/ann") {
        _ = FileManager.default.createFile(atPath: "\(scratch.path)/\(mailbox)/.Welcome/\(name)", contents: nil)
    }

    @Test("Who changed is told once, and others aren't") func changes() async throws {
        for name in ["ann", "bob"] { try await house.mailboxes.makeFolder(folder, of: name) }
        let watch = FolderWatch(house.mailboxes)
        #expect(await watch.add(folder, of: "ann"))
        #expect(await watch.add(folder, of: "ann"))
        #expect(await watch.add(folder, of: "bob"))
        #expect(watch.take() == FolderWatch.Changes())
        make("new/a")
        #expect(watch.take().mailboxes == ["ann"])
        #expect(watch.take() == FolderWatch.Changes())
        let box = "\(scratch.path)/example.org/ann/.Welcome"
        try FileManager.default.moveItem(atPath: "\(box)/new/a", toPath: "\(box)/cur/a:2,S")
        make("cur/b", "example.org/bob")
        #expect(watch.take().mailboxes == ["ann", "bob"])
        try FileManager.default.removeItem(atPath: "\(box)/cur/a:2,S")
        #expect(watch.take().mailboxes == ["ann"])
    }

    @Test("What isn't there can't be watched; what was made anew is watched anew") func missing() async throws {
        let watch = FolderWatch(house.mailboxes)
        #expect(await !watch.add(folder, of: "ann"))
        try await house.mailboxes.makeFolder(folder, of: "ann")
        #expect(await watch.add(folder, of: "ann"))
        try FileManager.default.removeItem(atPath: "\(scratch.path)/example.org/ann/.Welcome")
        #expect(watch.take().mailboxes == ["ann"])
        try await house.mailboxes.makeFolder(folder, of: "ann")
        #expect(await watch.add(folder, of: "ann"))
        make("new/a")
        #expect(watch.take().mailboxes == ["ann"])
    }

    @Test("The number of watches is bounded") func bound() async throws {
        let watch = FolderWatch(house.mailboxes, maximum: 3)
        for name in ["ann", "bob"] { try await house.mailboxes.makeFolder(folder, of: name) }
        #expect(await watch.add(folder, of: "ann"))
        #expect(await !watch.add(folder, of: "bob"))
    }

    @Test("More than the system keeps is told, not swallowed") func overflow() async throws {
        let text = try? String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let kept = try #require(text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        try #require(kept < 100_000)
        try await house.mailboxes.makeFolder(folder, of: "ann")
        let watch = FolderWatch(house.mailboxes)
        #expect(await watch.add(folder, of: "ann"))
        let path = "\(scratch.path)/example.org/ann/.Welcome/new/a"
        for _ in 0...kept / 2 {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            unlink(path)
        }
        #expect(watch.take().isIncomplete)
        #expect(!watch.take().isIncomplete)
    }
}
