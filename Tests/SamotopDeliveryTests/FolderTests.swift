import Foundation
import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

/// Folders of mailboxes (Maildir++) on the real disk.
@Suite("Folders") struct FolderTests {
    let scratch: ScratchFolder
    let house: House
    let folder: FolderName

    init() throws {
        scratch = try ScratchFolder()
        house = try House(root: scratch.path)
        folder = try #require(FolderName("New contacts"))
    }

    private static let box = "example.org/ann"
    private static let toFolder = TestMessage.recipients(in: "New contacts", "ann")

    private func deliver(_ ids: String..., replay: Bool = false) async {
        let batch = ids.map { TestMessage.make(id: $0, to: Self.toFolder) }
        #expect(await house.mailboxes.deliver(batch, isReplay: replay) == batch.map { _ in nil })
    }

    private func move(_ name: String, _ from: String, to: String, as newName: String? = nil) throws {
        try FileManager.default.createDirectory(
            atPath: "\(scratch.path)/\(Self.box)/\(to)", withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: "\(scratch.path)/\(Self.box)/\(from)/\(name)",
            toPath: "\(scratch.path)/\(Self.box)/\(to)/\(newName ?? name)")
    }

    @Test("A copy goes into the folder of its mailbox, and into the inbox of the others")
    func delivers() async throws {
        let to = Self.toFolder + TestMessage.recipients("bob", "ann")
        try await house.mailboxes.deliver(TestMessage.make(), to: to)
        #expect(scratch.names("\(Self.box)/.New contacts") == ["cur", "maildirfolder", "new", "tmp"])
        #expect(scratch.contents(of: "\(Self.box)/.New contacts/new") == [TestMessage.name(): TestMessage.file])
        #expect(scratch.names("\(Self.box)/.New contacts/tmp").isEmpty)
        #expect(scratch.names("\(Self.box)/new").isEmpty)
        #expect(scratch.names("example.org/bob/new") == [TestMessage.name()])
        let path = "\(scratch.path)/\(Self.box)/.New contacts/maildirfolder"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("An address names a folder only if its owner has made it, and never one where a message is a decision")
    func namedByAddress() async throws {
        let domain = try #require(DomainName("example.org"))
        let ann = try #require(Mailbox("ann@example.org"))
        let house = try House(
            root: scratch.path,
            patterns: [
                PatternEntry(
                    domain: domain, pattern: try LocalPartPattern("ann+{tag}"), targets: [ann], folderField: "tag")
            ])
        func place(_ tag: String) async throws -> DirectoryAnswer {
            try await house.mailboxes.resolve(.mailbox(try #require(Mailbox("\"ann+\(tag)\"@example.org"))))
        }
        try await house.mailboxes.prepare()
        #expect(try await place("swift") == .destinations([.mailbox("ann")]))
        #expect(scratch.names(Self.box).contains(".swift") == false)
        for name in ["Swift", "Lists.nio", "Welcome", "New contacts", "Blocked", "Junk", "Spam"] {
            try await house.mailboxes.makeFolder(#require(FolderName(name)), of: "ann")
        }
        #expect(try await place("swift") == .destinations([.folder("Swift", of: "ann")]))
        #expect(try await place("lists.NIO") == .destinations([.folder("Lists.nio", of: "ann")]))
        for tag in ["welcome", "New contacts", "BLOCKED", "junk", "spam", "..", "x/y", "inbox", "none"] {
            #expect(try await place(tag) == .destinations([.mailbox("ann")]), "\(tag)")
        }
    }

    @Test(
        "I01: a name that leads elsewhere, or that IMAP reads otherwise, is none",
        arguments: [
            "", ".", "..", "a..b", ".a", "a.", "a/b", "../x", "a\0b", "a\nb", "é", "a*", "a%", "a&b", "a\\b", "a\"b",
            " a", "a ",
            "INBOX", "inbox", "Inbox.x", String(repeating: "a", count: 201),
        ])
    func unfitNames(name: String) async throws {
        #expect(FolderName(name) == nil)
        guard !name.isEmpty else { return }
        await #expect(throws: DeliveryError.failed(cause: "mailbox ann: a folder of an unfit name")) {
            try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients(in: name, "ann"))
        }
        #expect(scratch.names("").isEmpty)
    }

    @Test func fitNames() {
        for name in ["New contacts", "Lists.swift", "a", String(repeating: "a", count: 200)] {
            #expect(FolderName(name)?.text == name)
        }
    }

    @Test("I08: a folder that is a symbolic link is refused") func symbolicLink() async throws {
        try await house.mailboxes.prepare()
        let target = try ScratchFolder()
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/\(Self.box)/.New contacts", withDestinationPath: target.path)
        let cause = "mailbox ann, folder New contacts: .New contacts is a symbolic link or no folder"
        await #expect(throws: DeliveryError.failed(cause: cause)) {
            try await house.mailboxes.deliver(TestMessage.make(), to: Self.toFolder)
        }
        #expect(target.names("").isEmpty)
    }

    @Test(
        "D4: a redelivery finds what was moved out of the folder",
        arguments: [".New contacts/cur", "new", "cur", ".Welcome/cur", ".Archive.2026/new"])
    func moved(to place: String) async throws {
        await deliver("A", "B")
        let name = try #require(scratch.names("\(Self.box)/.New contacts/new").first { $0.contains("RA.") })
        try move(name, ".New contacts/new", to: place, as: place.hasSuffix("cur") ? name + ":2,S" : name)
        await deliver("A", "B", "C", replay: true)
        #expect(scratch.names("\(Self.box)/.New contacts/new").count == 2)
        #expect(scratch.names("\(Self.box)/\(place)").count { $0.contains("RA.") } == 1)
    }

    @Test("The sweep goes to folders too") func sweeps() async throws {
        await deliver("A")
        let tmp = "\(scratch.path)/\(Self.box)/.New contacts/tmp"
        let left = TemporaryName(
            seconds: 1, process: 7, count: 1, run: "ffffffffffffffff", host: "mx.example.org")
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(tmp)/\(left.text)"))
        #expect(try await house.mailboxes.sweep() == 1)
        #expect(scratch.names("\(Self.box)/.New contacts/tmp").isEmpty)
    }

    // MARK: single messages

    private func contents(_ name: FolderName? = nil) async throws -> [FiledMessage] {
        try await house.mailboxes.contents(of: name ?? folder, of: "ann")?.messages ?? []
    }

    @Test("What is in a folder is told; what isn't there is told from an empty one") func lists() async throws {
        try await house.mailboxes.prepare()
        #expect(try await house.mailboxes.contents(of: folder, of: "ann") == nil)
        #expect(scratch.names(Self.box) == ["cur", "new", "tmp"])
        try await house.mailboxes.makeFolder(folder, of: "ann")
        #expect(try await house.mailboxes.contents(of: folder, of: "ann")?.messages == [])
        await deliver("A")
        let message = try #require(try await contents().first)
        #expect(message.envelope == "A" && message.isNew && !message.isMarkedDeleted)
        #expect(message.size == UInt64(TestMessage.file.count))
        try move(message.name, ".New contacts/new", to: ".New contacts/cur", as: message.name + ":2,ST")
        let seen = try #require(try await contents().first)
        #expect(seen.envelope == "A" && !seen.isNew && seen.isMarkedDeleted && seen.inode == message.inode)
        #expect(try await house.mailboxes.beginning(of: seen, limit: 12) == Array(TestMessage.file.prefix(12)))
        #expect(try await house.mailboxes.beginning(of: seen, limit: 1 << 20) == TestMessage.file)
        #expect(try await house.mailboxes.beginning(of: message, limit: 12) == nil)
    }

    @Test("A folder that was removed is made anew, with another identity") func remade() async throws {
        try await house.mailboxes.makeFolder(folder, of: "ann")
        let first = try await house.mailboxes.contents(of: folder, of: "ann")?.identity
        let path = "\(scratch.path)/\(Self.box)/.New contacts"
        try FileManager.default.moveItem(atPath: path, toPath: path + " away")
        #expect(try await house.mailboxes.contents(of: folder, of: "ann") == nil)
        try await house.mailboxes.makeFolder(folder, of: "ann")
        let second = try await house.mailboxes.contents(of: folder, of: "ann")?.identity
        #expect(first != nil && second != nil && first != second)
    }

    @Test("A move keeps the octets, drops the flags, and never overwrites") func moves() async throws {
        await deliver("A", "B")
        let messages = try await contents()
        #expect(try await house.mailboxes.move(messages, to: nil, of: "ann") == 2)
        #expect(scratch.names("\(Self.box)/.New contacts/new").isEmpty)
        #expect(scratch.contents(of: "\(Self.box)/new").values.allSatisfy { $0 == TestMessage.file })
        #expect(scratch.names("\(Self.box)/new").count == 2)
        // What is gone is not moved twice.
        #expect(try await house.mailboxes.move(messages, to: nil, of: "ann") == 0)
        // Another file of the name stays, and so does the message.
        await deliver("C", "D")
        let rest = try await contents()
        let third = try #require(rest.first { $0.envelope == "C" })
        let stranger = "\(scratch.path)/\(Self.box)/new/\(third.name)"
        try Data("other".utf8).write(to: URL(fileURLWithPath: stranger))
        await #expect(throws: DeliveryError.failed(cause: "mailbox ann: linkat: EEXIST")) {
            try await house.mailboxes.move(rest, to: nil, of: "ann")
        }
        #expect(FileManager.default.contents(atPath: stranger) == Data("other".utf8))
        // The others go on.
        #expect(try await contents().map(\.envelope) == ["C"])
        #expect(scratch.names("\(Self.box)/new").count == 4)
    }

    @Test("What an interrupted move left in both places is in one after the next") func interrupted() async throws {
        try await house.mailboxes.prepare()
        await deliver("A", "B")
        let box = "\(scratch.path)/\(Self.box)"
        for message in try await contents() {
            // One was linked only; the other was taken up by its reader since.
            let isFirst = message.envelope == "A"
            let name = isFirst ? "new/\(message.name)" : "cur/\(message.name):2,S"
            try FileManager.default.linkItem(
                atPath: "\(box)/.New contacts/new/\(message.name)", toPath: "\(box)/\(name)")
        }
        #expect(try await house.mailboxes.move(try await contents(), to: nil, of: "ann") == 2)
        #expect(scratch.names("\(Self.box)/.New contacts/new").isEmpty)
        #expect(scratch.names("\(Self.box)/new").count == 1)
        #expect(scratch.names("\(Self.box)/cur").count == 1)
    }

    @Test("Removed is removed, once") func removes() async throws {
        await deliver("A", "B")
        let messages = try await contents()
        #expect(try await house.mailboxes.remove(Array(messages.prefix(1))) == 1)
        #expect(try await house.mailboxes.remove(messages) == 1)
        #expect(try await contents().isEmpty)
    }

    @Test(
        "Names that readers and others give are not ours",
        arguments: [
            "1700000000.M5P7.host,S=1:2,", "1700000000.R12.host", "x.M5R12.host", "1700000000.MxR12.host", "", "a",
        ])
    func foreignNames(name: String) { #expect(MaildirName.envelope(of: name) == nil) }
}
