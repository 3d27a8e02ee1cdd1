import Foundation
import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

@Suite("Maildir on the disk")
struct MaildirTests {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func house(lineEnding: LineEnding = .lf, folders: [String: String]? = nil) throws -> House {
        if let folders { return try House(root: scratch.path, lineEnding: lineEnding, folders: folders) }
        return try House(root: scratch.path, lineEnding: lineEnding)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/\(path)")
        return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
    }

    @Test("D7: trace and content, under a name that says when, which and how large, for nobody else to read")
    func delivers() async throws {
        let house = try house()
        try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann", "bob", "ann"))
        for folder in ["example.org/ann", "example.org/bob"] {
            #expect(scratch.contents(of: "\(folder)/new") == [TestMessage.name(): TestMessage.file])
            #expect(scratch.names("\(folder)/tmp").isEmpty)
            #expect(scratch.names(folder) == ["cur", "new", "tmp"])
            #expect(try mode("\(folder)/new/\(TestMessage.name())") == 0o600)
            for step in ["", "/tmp", "/new", "/cur"] { #expect(try mode(folder + step) == 0o700) }
        }
        #expect(scratch.names("") == ["example.org"])
    }

    @Test("CRLF on wish, and for binary content always")
    func lineEndings() async throws {
        let octets = TestMessage.trace + TestMessage.content
        try await house(lineEnding: .crlf).mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        #expect(scratch.contents(of: "example.org/ann/new") == [TestMessage.name(octets.count): octets])
        try await house().mailboxes.deliver(TestMessage.make(body: .binaryMIME), to: TestMessage.recipients("bob"))
        #expect(scratch.contents(of: "example.org/bob/new") == [TestMessage.name(octets.count): octets])
    }

    @Test("D4: the same message again is one copy; another message is another")
    func replay() async throws {
        let house = try house()
        for _ in 1...3 {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann", "bob"))
        }
        try await house.mailboxes.deliver(TestMessage.make(id: "OTHER"), to: TestMessage.recipients("ann"))
        #expect(scratch.names("example.org/ann/new").count == 2)
        #expect(scratch.names("example.org/bob/new").count == 1)
        #expect(scratch.names("example.org/ann/tmp").isEmpty)
    }

    @Test("D4: a redelivery finds what a reader has moved to cur", arguments: [":2,", ":2,FS", ",W=99:2,S", ""])
    func moved(flags: String) async throws {
        let house = try house()
        let to = TestMessage.recipients("ann", "bob")
        try await house.mailboxes.deliver(TestMessage.make(), to: to)
        let box = "\(scratch.path)/example.org/ann"
        try FileManager.default.moveItem(
            atPath: "\(box)/new/\(TestMessage.name())", toPath: "\(box)/cur/\(TestMessage.name())\(flags)")
        #expect(await house.mailboxes.deliver([TestMessage.make(to: to)], isReplay: true) == [nil])
        #expect(scratch.names("example.org/ann/new").isEmpty)
        #expect(scratch.names("example.org/ann/cur").count == 1)
        #expect(scratch.names("example.org/bob/new").count == 1)
        // Another message whose name only starts the same.
        let other = TestMessage.make(id: "01HF7YAT00TESTTESTTESTTES", to: to)
        #expect(await house.mailboxes.deliver([other], isReplay: true) == [nil])
        #expect(scratch.names("example.org/ann/new").count == 1)
    }

    @Test("A file of the message's name that isn't the message is a failure, and stays")
    func foreignFile() async throws {
        let house = try house()
        try await house.mailboxes.prepare()
        let path = "\(scratch.path)/example.org/bob/new/\(TestMessage.name())"
        try Data("short".utf8).write(to: URL(fileURLWithPath: path))
        await #expect(throws: DeliveryError.failed(cause: "mailbox bob, new: linkat: EEXIST")) {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann", "bob"))
        }
        #expect(scratch.contents(of: "example.org/bob/new") == [TestMessage.name(): Array("short".utf8)])
        #expect(scratch.names("example.org/ann/new").isEmpty)
        #expect(scratch.names("example.org/ann/tmp").isEmpty)
        #expect(scratch.names("example.org/bob/tmp").isEmpty)
    }

    @Test(
        "I08: symbolic links are never followed",
        arguments: [
            "example.org", "example.org/ann", "example.org/ann/tmp", "example.org/ann/new", "example.org/ann/cur",
        ])
    func symbolicLinks(victim: String) async throws {
        try await house().mailboxes.prepare()
        let target = try ScratchFolder()
        for name in ["tmp", "new", "cur", "ann"] {
            try FileManager.default.createDirectory(
                atPath: "\(target.path)/\(name)", withIntermediateDirectories: false)
        }
        let path = "\(scratch.path)/\(victim)"
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target.path)
        let step = victim.split(separator: "/").last ?? ""
        await #expect(throws: DeliveryError.failed(cause: "mailbox ann: \(step) is a symbolic link or no folder")) {
            try await self.house().mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        }
        for name in ["tmp", "new", "cur", "ann"] { #expect(target.names(name).isEmpty) }
    }

    @Test("I08: a symbolic link of the message's name is not taken for the message")
    func symbolicLinkOfTheName() async throws {
        let house = try house()
        try await house.mailboxes.prepare()
        // The size of a symbolic link is the length of its target: as long as the message.
        let content = SlicedContent(bytes: [UInt8](repeating: 65, count: 800), slice: 800)
        let size = TestMessage.lines(TestMessage.trace).count + content.count
        let slashes = size - scratch.path.utf8.count - "target".utf8.count
        try #require(slashes > 0)
        let target = scratch.path + String(repeating: "/", count: slashes) + "target"
        try Data(repeating: 65, count: size).write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/example.org/ann/new/\(TestMessage.name(size))", withDestinationPath: target)
        await #expect(throws: DeliveryError.failed(cause: "mailbox ann, new: linkat: EEXIST")) {
            try await house.mailboxes.deliver(
                TestMessage.make(content: content), to: TestMessage.recipients("ann"))
        }
        #expect(scratch.names("example.org/ann/tmp").isEmpty)
    }

    @Test("I08: while folders are swapped for symbolic links, nothing lands outside")
    func swapping() async throws {
        let house = try house()
        try await house.mailboxes.prepare()
        let target = try ScratchFolder()
        let new = "\(scratch.path)/example.org/ann/new"
        let swapper = Task.detached {
            for _ in 0..<300 {
                rename(new, new + ".away")
                symlink(target.path, new)
                unlink(new)
                rename(new + ".away", new)
            }
        }
        for index in 0..<100 {
            house.clock.advance(by: 11)
            try? await house.mailboxes.deliver(TestMessage.make(id: "N\(index)"), to: TestMessage.recipients("ann"))
        }
        await swapper.value
        #expect(target.names("").isEmpty)
    }

    @Test(
        "I08: folders that others may write to are refused",
        arguments: [
            "example.org", "example.org/ann", "example.org/ann/tmp", "example.org/ann/new", "example.org/ann/cur",
        ],
        [0o777, 0o720, 0o702])
    func openToOthers(victim: String, mode: Int) async throws {
        try await house().mailboxes.prepare()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(scratch.path)/\(victim)")
        let step = victim.split(separator: "/").last ?? ""
        let cause = "mailbox ann: \(step) is writable by group or others"
        let house = try house()
        await #expect(throws: DeliveryError.failed(cause: cause)) {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        }
        #expect(scratch.names("example.org/ann/new").isEmpty)
        let answer = try await house.mailboxes.resolve(.mailbox(try #require(Mailbox("ann@example.org"))))
        #expect(answer == .unavailable(Refusal(.localError, cause: cause)))
    }

    @Test("I01: hostile identifiers and host names stay inside one name")
    func hostileNames() async throws {
        for id in ["../../x", "a/b", "..", "a\0b", "\u{e9}:x", "a,S=1"] {
            let message = TestMessage.make(id: id)
            let name = MaildirName(message, host: "h/../:\0,x")
            let allowed = Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._\\")
            #expect(name.base.allSatisfy(allowed.contains), "\(name.base)")
        }
        #expect(MaildirName.escaped("a/b:c") == "a\\057b\\072c")
        #expect(MaildirName(TestMessage.make(), host: "mx.example.org").delivered(size: 5) == TestMessage.name(5))
    }

    @Test("Absolute folders; their parents must exist")
    func absolute() async throws {
        let away = try ScratchFolder()
        let house = try house(folders: ["ann": "\(away.path)/ann", "bob": "\(away.path)/none/bob"])
        try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        #expect(away.names("ann/new") == [TestMessage.name()])
        await #expect(throws: DeliveryError.failed(cause: "mailbox bob, its root: openat: ENOENT")) {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("bob"))
        }
        await #expect(throws: DeliveryError.failed(cause: "mailbox bob, its root: openat: ENOENT")) {
            try await house.mailboxes.prepare()
        }
    }

    @Test("The cache is bounded, and no descriptor is left behind")
    func descriptors() async throws {
        func openFiles() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
        let disk = MemoryDisk()
        do {
            let house = try House(disk, root: "/mail", open: 2)
            for id in ["A", "B"] {
                for name in ["ann", "bob", "cat"] {
                    try await house.mailboxes.deliver(TestMessage.make(id: id), to: TestMessage.recipients(name))
                    #expect(disk.openFiles <= 4)
                }
            }
            #expect(disk.contents(of: "/mail/cat/new")?.count == 2)
        }
        #expect(disk.openFiles == 0)
    }

    @Test("A folder that the operator replaced is found after some seconds, a removed one at once")
    func replaced() async throws {
        let house = try house()
        try await house.mailboxes.deliver(TestMessage.make(id: "A"), to: TestMessage.recipients("cat"))
        let box = "\(scratch.path)/cat"
        try FileManager.default.moveItem(atPath: box, toPath: box + ".old")
        house.clock.advance(by: FolderCache.recheckSeconds)
        try await house.mailboxes.deliver(TestMessage.make(id: "B"), to: TestMessage.recipients("cat"))
        #expect(scratch.names("cat/new").count == 1)
        #expect(scratch.names("cat.old/new").count == 1)
        try FileManager.default.removeItem(atPath: box)
        await #expect(throws: DeliveryError.failed(cause: "mailbox cat, tmp: openat: ENOENT")) {
            try await house.mailboxes.deliver(TestMessage.make(id: "C"), to: TestMessage.recipients("cat"))
        }
        try await house.mailboxes.deliver(TestMessage.make(id: "C"), to: TestMessage.recipients("cat"))
        #expect(scratch.names("cat/new").count == 1)
    }

    @Test("No destination, or one that the tables don't know, is a failure")
    func destinations() async throws {
        let house = try house()
        await #expect(throws: DeliveryError.failed(cause: "the message has no destination")) {
            try await house.mailboxes.deliver(TestMessage.make(), to: [])
        }
        await #expect(throws: DeliveryError.failed(cause: "mailbox eve: not in the tables")) {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann", "eve"))
        }
        #expect(scratch.names("example.org/ann/new").isEmpty)
    }
}
