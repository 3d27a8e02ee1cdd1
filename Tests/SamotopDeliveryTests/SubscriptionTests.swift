import Foundation
import Glibc
import SamotopCore
import Testing

@testable import SamotopDelivery

/// Folders that the server makes are shown by mail programs that show only what is subscribed.
@Suite("Subscriptions") struct SubscriptionTests {
    let scratch: ScratchFolder
    let house: House

    init() throws {
        scratch = try ScratchFolder()
        house = try House(root: scratch.path)
    }

    private static let box = "example.org/ann"

    private var path: String { "\(scratch.path)/\(Self.box)/subscriptions" }
    private var file: String? { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }

    private func write(_ text: String) async throws {
        try await house.mailboxes.prepare()
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
    }

    private func make(_ names: String...) async throws {
        for name in names { try await house.mailboxes.makeFolder(try #require(FolderName(name)), of: "ann") }
    }

    private func remove(_ folder: String) throws {
        try FileManager.default.removeItem(atPath: "\(scratch.path)/\(Self.box)/.\(folder)")
    }

    @Test("A new mailbox gets the file with its first folder; each folder is there once") func first() async throws {
        try await make("New contacts", "Welcome", "New contacts")
        #expect(file == "New contacts\nWelcome\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(scratch.names(Self.box) == [".New contacts", ".Welcome", "subscriptions"])
    }

    @Test("So does a folder that mail is filed in, and none for an inbox") func delivered() async throws {
        try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        #expect(file == nil)
        try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients(in: "New contacts", "ann"))
        #expect(file == "New contacts\n")
        #expect(FileManager.default.contents(atPath: "\(scratch.path)/example.org/bob/subscriptions") == nil)
    }

    @Test(
        "What is in the file stays octet by octet: header, order, odd lines, the last one's missing end",
        arguments: [
            ("", "Welcome\n"), ("Sent\nDrafts\n", "Sent\nDrafts\nWelcome\n"), ("Sent", "Sent\nWelcome\n"),
            ("V\t2\n\nSent\nLists\tswift\n", "V\t2\n\nSent\nLists\tswift\nWelcome\n"), ("V\t2", "V\t2\nWelcome\n"),
            ("welcome\nWelcome \n\nWelcomes\n", "welcome\nWelcome \n\nWelcomes\nWelcome\n"),
            ("Sent\r\n", "Sent\r\nWelcome\n"), ("a\u{0}b\n", "a\u{0}b\nWelcome\n"),
        ])
    func kept(before: String, after: String) async throws {
        try await write(before)
        try await make("Welcome")
        #expect(file == after)
    }

    @Test(
        "Who has subscribed already isn't subscribed twice",
        arguments: ["Welcome\n", "Welcome", "Sent\nWelcome\nDrafts\n", "V\t2\n\nWelcome\n"])
    func present(text: String) async throws {
        try await write(text)
        let inode = try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber)
        try await make("Welcome")
        #expect(file == text)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber == inode)
        #expect(!scratch.names(Self.box).contains("subscriptions.lock"))
    }

    @Test("Levels of a name are parted by a tab from version 2 on, by a dot before") func levels() async throws {
        try await write("V\t2\n\n")
        try await make("Lists.swift")
        #expect(file == "V\t2\n\nLists\tswift\n")
        try FileManager.default.removeItem(atPath: path)
        try await make("Lists.mail")
        #expect(file == "Lists.mail\n")
    }

    @Test("Whoever unsubscribes has the last word, as long as the folder is there") func unsubscribed() async throws {
        try await make("Welcome", "Blocked")
        try await write("Blocked\n")
        try await make("Welcome")
        try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients(in: "Welcome", "ann"))
        // Another run of the program, too.
        let again = try House(root: scratch.path)
        try await again.mailboxes.makeFolder(try #require(FolderName("Welcome")), of: "ann")
        #expect(file == "Blocked\n")
        try remove("Welcome")
        try await make("Welcome")
        #expect(file == "Blocked\nWelcome\n")
    }

    @Test(
        "A file of another version, one that others may write, a link, a pipe and one without end are left alone",
        arguments: ["V\t3\n\nSent\n", "V\t1\nSent\n", "V\t22\n", "writable", "link", "pipe", "folder", "large"])
    func leftAlone(what: String) async throws {
        try await house.mailboxes.prepare()
        let target = try ScratchFolder()
        switch what {
        case "link":
            try Data("Sent\n".utf8).write(to: URL(fileURLWithPath: "\(target.path)/theirs"))
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(target.path)/theirs")
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case "large": try await write(String(repeating: "x\n", count: Subscriptions.maximumSize / 2) + "x")
        case "writable":
            try await write("Sent\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
        default: try await write(what)
        }
        let before = file
        try await make("Welcome")
        #expect(file == before)
        let names = scratch.names(Self.box)
        #expect(names.contains(".Welcome") && names.contains("subscriptions") && !names.contains("subscriptions.lock"))
        if what == "link" { #expect(target.contents(of: "") == ["theirs": Array("Sent\n".utf8)]) }
    }

    @Test("What belongs to someone else isn't replaced") func foreign() throws {
        let disk = MemoryDisk()
        try disk.makeDirectory("box", in: AT_FDCWD, mode: 0o700)
        let directory = try disk.open("box", in: AT_FDCWD, flags: O_RDONLY, mode: 0)
        let folder = try #require(FolderName("Welcome"))
        #expect(try Subscriptions(directory: directory, user: geteuid(), fileSystem: disk).add(folder) == .added)
        #expect(try Subscriptions(directory: directory, user: geteuid(), fileSystem: disk).add(folder) == .present)
        let other = try #require(FolderName("Blocked"))
        let stranger = Subscriptions(directory: directory, user: geteuid() &+ 1, fileSystem: disk)
        #expect(try stranger.add(other) == .leftAlone)
        #expect(disk.contents(of: "/box") == ["subscriptions": Array("Welcome\n".utf8)])
    }

    @Test("While Dovecot changes the file it is left to it; the folder is made all the same") func locked() async throws
    {
        try await write("Sent\n")
        let lock = path + ".lock"
        #expect(FileManager.default.createFile(atPath: lock, contents: Data("Dovecot's".utf8)))
        try await make("Welcome")
        #expect(file == "Sent\n")
        #expect(FileManager.default.contents(atPath: lock) == Data("Dovecot's".utf8))
        #expect(scratch.names(Self.box).contains(".Welcome"))
    }

    @Test("A lock that is gone by the time the folder is made is waited for") func brieflyLocked() async throws {
        let disk = MemoryDisk()
        let faulty = FaultyDisk(disk)
        let house = try House(faulty, root: "/mail")
        faulty.arm(.failOnce("subscriptions.lock", EEXIST))
        try await house.mailboxes.makeFolder(.welcome, of: "ann")
        #expect(disk.contents(of: "/mail/example.org/ann")?["subscriptions"] == Array("Welcome\n".utf8))
    }

    @Test("Whatever call fails, mail is delivered or refused as without it, and the file is whole or as it was")
    func faults() async throws {
        let message = TestMessage.make(to: TestMessage.recipients(in: "New contacts", "ann"))
        let place = "/mail/example.org/ann"
        func prepared() async throws -> MemoryDisk {
            let disk = MemoryDisk()
            let house = try House(disk, root: "/mail")
            try await house.mailboxes.makeFolder(.welcome, of: "ann")
            return disk
        }
        let clean = FaultyDisk(try await prepared())
        _ = await (try House(clean, root: "/mail")).mailboxes.deliver([message], isReplay: false)
        let whole = Array("Welcome\nNew contacts\n".utf8)
        var delivered = 0
        for call in 1...clean.count {
            for fault in [FaultyDisk.Fault.fail(call, EIO), .full(call, ENOSPC), .crash(call)] {
                let disk = try await prepared()
                let faulty = FaultyDisk(disk)
                let house = try House(faulty, root: "/mail")
                faulty.arm(fault)
                let isDelivered = await house.mailboxes.deliver([message], isReplay: false) == [nil]
                delivered += isDelivered ? 1 : 0
                let now = try #require(disk.contents(of: place)?["subscriptions"])
                #expect(now == whole || now == Array("Welcome\n".utf8), "call \(call)")
                let after = disk.powerCut { _ in true }
                let left = after.contents(of: place)?["subscriptions"]
                #expect(left == whole || left == Array("Welcome\n".utf8), "call \(call)")
                if isDelivered {
                    #expect(disk.contents(of: place + "/.New contacts/new")?.count == 1, "call \(call)")
                }
            }
        }
        // Among the calls are those that only the file needs.
        #expect(delivered > 5)
    }
}
