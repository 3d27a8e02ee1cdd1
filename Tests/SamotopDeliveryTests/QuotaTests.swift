import Foundation
import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

@Suite("U16: quotas")
struct QuotaTests {
    let scratch: ScratchFolder
    let clock = ManualClock()

    init() throws { scratch = try ScratchFolder() }

    private func mailboxes(_ octets: UInt64?, messages: UInt64? = nil, refuses: Bool = false) throws -> Mailboxes {
        let domain = try #require(DomainName("example.org"))
        let quota = MailboxQuota(octets: octets, messages: messages, refuses: refuses)
        let entries = try ["ann", "bob", "cat"].map { name in
            MailboxEntry(
                address: try #require(Mailbox("\(name)@example.org")), name: name, folder: name,
                quota: name == "cat" ? nil : quota)
        }
        let directory = try Directory(domains: [domain], mailboxes: entries, postmaster: "cat")
        return Mailboxes(
            directory, root: scratch.path, host: "mx.example.org", threads: House.threads, background: House.threads,
            clock: clock, settings: MaildirSettings(), fileSystem: HostFileSystem(), process: 7, run: "0123456789abcdef"
        )
    }

    private var file: String { (try? String(contentsOfFile: "\(scratch.path)/ann/maildirsize", encoding: .utf8)) ?? "" }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/ann/maildirsize"))
    }

    private func isFull(_ mailboxes: Mailboxes, _ size: UInt64, _ names: String...) async throws -> Bool {
        try await mailboxes.fullQuota(among: names, for: size) != nil
    }

    @Test(
        "maildirsize as Courier and Dovecot write it",
        arguments: [
            ("1000S,10C\n300 2\n-100 -1\n", 1000, 10, 200, 1, 2), ("10C\n", nil, 10, 0, 0, 0),
            ("2000S\n    50    1\n", 2000, nil, 50, 1, 1),
            ("0S,5C\n7 1\n", nil, 5, 7, 1, 1), ("10S,3X\n-5 -1\n", 10, nil, 0, 0, 1),
        ] as [(String, UInt64?, UInt64?, UInt64, UInt64, Int)])
    func reading(text: String, octets: UInt64?, messages: UInt64?, used: UInt64, count: UInt64, changes: Int) throws {
        let size = try #require(MaildirSize(Array(text.utf8)))
        #expect(size.quota == MailboxQuota(octets: octets, messages: messages))
        #expect(size.use == MailboxUse(octets: used, messages: count) && size.changes == changes)
    }

    @Test(
        "What is no such file is made anew",
        arguments: [
            "", "1000S", "1000S\n1\n", "1000S\n1 2 3\n", "1000S\nx y\n", "-1S\n", "S\n",
            "10S\n99999999999999999999 1\n",
            "10S\n9223372036854775807 1\n1 1\n", String(repeating: "1 1\n", count: 1_280),
        ])
    func broken(text: String) { #expect(MaildirSize(Array(text.utf8)) == nil) }

    @Test(
        "What comes in is counted, found again by the next program, and what was removed is counted anew when it matters"
    )
    func counting() async throws {
        let mailboxes = try mailboxes(100_000, messages: 3)
        try await mailboxes.prepare()
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse())
        #expect(file == "100000S,3C\n0 0\n")
        let octets = UInt64(TestMessage.file.count)
        try await mailboxes.deliver(TestMessage.make(id: "ONE"), to: TestMessage.recipients("ann"))
        try await mailboxes.deliver(TestMessage.make(id: "TWO"), to: TestMessage.recipients("ann"))
        #expect(file == "100000S,3C\n0 0\n\(octets) 1\n\(octets) 1\n")
        // The same again is no second copy.
        try await mailboxes.deliver(TestMessage.make(id: "TWO"), to: TestMessage.recipients("ann"))
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse(octets: 2 * octets, messages: 2))
        #expect(try await !isFull(mailboxes, 1, "ann"))
        try await mailboxes.deliver(TestMessage.make(id: "THREE"), to: TestMessage.recipients("ann"))
        #expect(try await isFull(mailboxes, 1, "ann"))
        // A reader removed one without a word: what seemed full is counted anew, after a while at least.
        let new = "\(scratch.path)/ann/new"
        try FileManager.default.removeItem(atPath: "\(new)/\(try #require(scratch.names("ann/new").first))")
        let now = Int64(Date().timeIntervalSince1970)
        clock.advance(by: now + QuotaFile.recountSeconds + 5 - clock.now().seconds)
        #expect(try await !isFull(mailboxes, 1, "ann"))
        #expect(file == "100000S,3C\n\(2 * octets) 2\n")
    }

    @Test("P01: what expires is taken away from what is counted, but for what never counted")
    func expiry() async throws {
        let mailboxes = try mailboxes(100_000)
        try await mailboxes.prepare()
        let box = "\(scratch.path)/ann"
        for part in ["tmp", "new", "cur"] {
            try FileManager.default.createDirectory(
                atPath: "\(box)/.Trash/\(part)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        let now = Timestamp(seconds: 1_700_006_400, nanoseconds: 0)
        let old = now.seconds - 8 * 86_400
        for name in [
            "new/\(old).a.host,S=500", "cur/\(old).b.host:2,S", "cur/\(old).c.host:2,T", ".Trash/cur/\(old).d.host",
        ] {
            try Data("four".utf8).write(to: URL(fileURLWithPath: "\(box)/\(name)"))
        }
        try write("100000S\n2000 9\n")
        #expect(try await mailboxes.expire(["ann": 7], at: now) == 4)
        #expect(file == "100000S\n2000 9\n-504 -2\n")
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse(octets: 1_496, messages: 7))
        #expect(try await mailboxes.expire(["ann": 7], at: now) == 0)
        #expect(file.hasSuffix("\n-504 -2\n"))
    }

    @Test("Folders count, the trash and what is marked for it don't; sizes come from names, or from the file")
    func folders() async throws {
        let mailboxes = try mailboxes(1_000_000)
        try await mailboxes.prepare()
        for (folder, name, count) in [
            ("new", "1.a.host,S=500", 3), ("cur", "2.b.host,S=70,W=80:2,S", 9), ("cur", "3.c.host,S=900:2,ST", 9),
            ("cur", "4.d.host:2,", 11), (".Work/cur", "5.e.host,S=1000:2,", 4), (".Trash/cur", "6.f.host,S=4000:2,", 4),
            ("cur", ".hidden", 50),
        ] {
            let path = "\(scratch.path)/ann/\(folder)"
            let box = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
            for part in ["tmp", "new", "cur"] {
                try FileManager.default.createDirectory(
                    atPath: "\(box)/\(part)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            try Data(repeating: 65, count: count).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse(octets: 1581, messages: 4))
    }

    @Test("A folder that is a link to elsewhere is nobody's to count, and in no mail's way")
    func foreignFolder() async throws {
        let mailboxes = try mailboxes(1_000)
        try await mailboxes.prepare()
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/ann/.X", withDestinationPath: "\(scratch.path)/bob")
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse())
        #expect(try await !isFull(mailboxes, 1, "ann"))
    }

    @Test("Asking how full a mailbox is makes none; what isn't there is empty")
    func missing() async throws {
        let mailboxes = try mailboxes(1_000)
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse())
        #expect(try await !isFull(mailboxes, 1_000, "ann"))
        #expect(try await isFull(mailboxes, 1_001, "ann"))
        #expect(scratch.names("").isEmpty)
    }

    @Test("A mailbox that is made when its first mail comes isn't made when somebody asks for it")
    func madeWhenNeeded() async throws {
        let address = try #require(Mailbox("ann@example.org"))
        let entry = MailboxEntry(
            address: address, name: "ann", folder: "ann", isMadeWhenNeeded: true,
            quota: MailboxQuota(octets: 9, messages: nil))
        let directory = try Directory(
            domains: [try #require(DomainName("example.org"))], mailboxes: [entry], postmaster: "ann")
        let mailboxes = Mailboxes(directory, root: scratch.path, host: "mx.example.org", threads: House.threads)
        #expect(try await mailboxes.resolve(.mailbox(address)) == .destinations([.mailbox("ann")]))
        #expect(scratch.names("").isEmpty)
        try await mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        #expect(try await mailboxes.resolve(.mailbox(address)) == .destinations([.mailbox("ann")]))
        #expect(scratch.names("ann/new").count == 1)
    }

    @Test("A file of another quota, a foreign one, a link and one too long are made anew", arguments: 0..<4)
    func foreign(kind: Int) async throws {
        let mailboxes = try mailboxes(5_000)
        try await mailboxes.prepare()
        let path = "\(scratch.path)/ann/maildirsize"
        switch kind {
        case 0: try write("9999S\n77 1\n")
        case 1: try write("not a number\n")
        case 2: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
        default: try write("5000S\n" + String(repeating: "0 0\n", count: 1_300))
        }
        #expect(try await mailboxes.use(of: "ann")?.use == MailboxUse())
        #expect(file == "5000S\n0 0\n")
    }

    @Test("A message that was acknowledged is delivered although the mailbox is full")
    func acknowledged() async throws {
        let mailboxes = try mailboxes(10)
        try await mailboxes.prepare()
        #expect(try await isFull(mailboxes, 11, "ann"))
        let message = TestMessage.make(to: TestMessage.recipients("ann"))
        #expect(await mailboxes.deliver([message], isReplay: false) == [nil])
        #expect(scratch.names("ann/new").count == 1)
        #expect(try await mailboxes.use(of: "ann")?.use.messages == 1)
        #expect(try await isFull(mailboxes, 1, "ann"))
    }

    @Test("An alias takes mail as long as one of its mailboxes has room; without a quota there always is")
    func aliases() async throws {
        let mailboxes = try mailboxes(10)
        try await mailboxes.prepare()
        try await mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        #expect(try await isFull(mailboxes, 5, "ann"))
        #expect(try await !isFull(mailboxes, 5, "ann", "bob"))
        #expect(try await !isFull(mailboxes, 500, "ann", "cat"))
        #expect(try await !isFull(mailboxes, 500, "cat"))
        #expect(try await mailboxes.use(of: "cat") == nil)
    }

    @Test(
        "SIZE is believed at RCPT, otherwise the end of the message tells; 452 or 552 as the policy says",
        arguments: [false, true])
    func replies(refuses: Bool) async throws {
        let mailboxes = try mailboxes(400, refuses: refuses)
        try await mailboxes.prepare()
        let mail = try MailService("mx.example.org", delivering: mailboxes) { KeepingQuotas { mailboxes } }
        let code = refuses ? "552 5.2.2" : "452 4.2.2"
        #expect(try await talk(mail, "MAIL FROM:<> SIZE=900", "RCPT TO:<ann@example.org>") == code)
        #expect(try await talk(mail, "MAIL FROM:<> SIZE=900", "RCPT TO:<cat@example.org>") == "250 2.1.5")
        let large = String(repeating: "x", count: 70) + "\r\n"
        let content = "Subject: x\r\n\r\n" + String(repeating: large, count: 6) + "."
        #expect(try await talk(mail, "MAIL FROM:<>", "RCPT TO:<ann@example.org>", "DATA", content) == code)
        #expect(scratch.names("ann/new").isEmpty)
        // Cat has room, and there is one reply for all: the message comes in.
        let both = [
            "MAIL FROM:<a@client.example>", "RCPT TO:<ann@example.org>", "RCPT TO:<cat@example.org>", "DATA", content,
        ]
        #expect(try await talk(mail, both) == "250 2.0.0")
        #expect(scratch.names("ann/new").count == 1)
        #expect(try await talk(mail, "MAIL FROM:<>", "RCPT TO:<ann@example.org>") == code)
    }

    /// Postpones whoever writes from there, as a guard for strangers does.
    private struct AskingOwners: MailGuard {
        func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
            guard message.envelope.reversePath.mailbox?.domain == Domain("stranger.example") else { return .pass }
            return .postpone(Refusal(ReplyWords(50, 7, 1, "Asked"), cause: "a stranger"))
        }
    }

    @Test("U03: where names are hidden a full mailbox is told at the end of the message, and not to strangers")
    func hiddenNames() async throws {
        let mailboxes = try mailboxes(10)
        try await mailboxes.prepare()
        try await mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann"))
        let hidden = try #require(DomainName("example.org"))
        let quotas = KeepingQuotas(of: { mailboxes }, hidingNames: { $0.domain == .name(hidden) })
        let mail = try MailService("mx.example.org", delivering: mailboxes) {
            quotas
            AskingOwners()
            quotas.forHiddenNames
        }
        for size in ["", " SIZE=900"] {
            for name in ["ann", "cat"] {
                let begin = ["MAIL FROM:<a@stranger.example>\(size)", "RCPT TO:<\(name)@example.org>"]
                #expect(try await talk(mail, begin) == "250 2.1.5")
                #expect(try await talk(mail, begin + ["DATA", "Subject: x\r\n\r\nx\r\n."]) == "450 4.7.1")
            }
        }
        let content = ["DATA", "Subject: x\r\n\r\nx\r\n."]
        let begin = ["MAIL FROM:<a@client.example>", "RCPT TO:<ann@example.org>"]
        #expect(try await talk(mail, begin + content) == "452 4.2.2")
        #expect(try await talk(mail, begin + ["RCPT TO:<cat@example.org>"] + content) == "250 2.0.0")
    }

    private func talk(_ mail: MailService, _ commands: String...) async throws -> String {
        try await talk(mail, commands)
    }

    /// The beginning of the last reply.
    private func talk(_ mail: MailService, _ commands: [String]) async throws -> String {
        let connection = await MemoryConnection(mail, role: .mx, client: .ipv4([192, 0, 2, 7]))
        _ = try await connection.receive()
        var said = ""
        for command in ["EHLO client.example"] + commands {
            try await connection.send(Array("\(command)\r\n".utf8))
            said = String(decoding: try await connection.receive(), as: UTF8.self)
        }
        return String(said.split(separator: "\r\n").last?.prefix(9) ?? "")
    }
}
