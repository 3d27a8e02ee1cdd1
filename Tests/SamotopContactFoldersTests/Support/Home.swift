import Foundation
import Glibc
import SMTP
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopTesting
import Testing

@testable import SamotopContactFolders

/// Mailboxes `ann` and `bob` of our.test on the real disk, their contacts in memory, and a reader who moves files about as mail
/// programs do.
final class Home: Sendable {
    let path: String
    let clock = ManualClock()
    let store = MemoryContactStore()
    let mailboxes: Mailboxes
    let held: MaildirHeldMail
    let desk: ContactDesk
    let audit = MemoryAuditStore()
    let ann = Owner("ann")
    let bob = Owner("bob")

    static let postmaster = Mailbox("postmaster@our.test")
    private static let threads = StorageThreads(count: 2)

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("folders-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = url.path
        let domain = try #require(DomainName("our.test"))
        let entries = try ["ann", "bob"].map {
            MailboxEntry(address: try #require(Mailbox("\($0)@our.test")), name: $0, folder: $0)
        }
        mailboxes = Mailboxes(
            try Directory(domains: [domain], mailboxes: entries, postmaster: "ann"), root: path, host: "mx.our.test",
            threads: Self.threads, clock: clock)
        held = MaildirHeldMail(mailboxes)
        desk = ContactDesk(store, audit: audit, held: held, clock: clock)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The front end as a server that has just started has it.
    func folders(
        _ change: (inout ContactFolderSettings) -> Void = { _ in }, key: UInt8 = 1, maximumWatches: Int = 64,
        alarm: @escaping @Sendable (String) -> Void = { Issue.record("\($0)") }
    ) throws -> ContactFolders {
        var settings = ContactFolderSettings()
        change(&settings)
        return ContactFolders(
            mailboxes, desk, store, held: held, sender: try #require(Self.postmaster),
            key: try #require(RequestKey([UInt8](repeating: key, count: 32))), settings: settings, clock: clock,
            maximumWatches: maximumWatches, alarm: alarm)
    }

    // MARK: contacts

    static func correspondent(_ address: String) throws -> Correspondent {
        .address(try #require(Mailbox(address)))
    }

    /// A stranger asks.
    @discardableResult func ask(
        _ address: String, _ owner: Owner? = nil, held: [String] = [], displayName: String? = nil,
        subject: String? = nil, proven: Bool = true
    ) async throws -> Contact {
        let owner = owner ?? ann
        let request = ContactRequest(
            recipient: "\(owner.name)@our.test", reversePath: address, displayName: displayName, subject: subject,
            network: "192.0.2.0/24", time: clock.now(), held: held)
        let identity = proven ? Identity(.domain("out.test"), proofs: [.dkim]) : Identity(.network("192.0.2.0/24"))
        let filing = try await store.file(
            request, from: try Self.correspondent(address), identity: identity, of: owner, within: RequestLimits())
        switch filing {
        case .filed(let contact, _), .known(let contact): return contact
        case .overLimit: throw ContactStoreError.failed(cause: "over the limit")
        }
    }

    func contact(_ address: String, _ owner: Owner? = nil) async throws -> Contact? {
        try await desk.contact(about: try Self.correspondent(address), of: owner ?? ann)
    }

    func state(_ address: String) async throws -> Contact.State? { try await contact(address)?.state }

    // MARK: mail

    /// A message of a stranger is held; its file is there.
    func hold(_ id: String, for owner: Owner? = nil, content: String = "Subject: hello\r\n\r\nHello.\r\n") async throws
    {
        let owner = owner ?? ann
        let message = ReceivedMessage(
            envelope: Envelope(
                id: id, reversePath: .null, parameters: MailParameters(),
                recipients: [
                    Recipient(
                        path: .postmaster, parameters: RcptParameters(),
                        destinations: [.folder("New contacts", of: owner.name)])
                ]),
            trace: Array(
                """
                Return-Path: <a@out.test>\r
                Received: from out.test by mx.our.test with ESMTPS id \(id);\r
                \tThu, 26 Nov 2026 13:30:00 +0000\r\n
                """.utf8), content: MemoryContent(Array(content.utf8)), received: clock.now())
        #expect(await mailboxes.deliver([message], isReplay: false) == [nil])
    }

    // MARK: what a reader sees and does

    static let new = ".New contacts"

    /// Files in `new` and `cur` of a folder, as paths below the mailbox.
    func files(_ folder: String = new, _ mailbox: String = "ann") -> [String] {
        ["new", "cur"].flatMap { step -> [String] in
            let place = folder.isEmpty ? step : "\(folder)/\(step)"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(mailbox)/\(place)")) ?? []
            return names.map { "\(place)/\($0)" }
        }.sorted()
    }

    func text(_ file: String, _ mailbox: String = "ann") -> String {
        FileManager.default.contents(atPath: "\(path)/\(mailbox)/\(file)").map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    /// The request messages' files in the folder of those who wait.
    func requests(_ mailbox: String = "ann") -> [String] {
        files(Self.new, mailbox).filter { $0.contains("Rcontact-") }
    }

    /// The only request message's file.
    func request(_ mailbox: String = "ann") throws -> String {
        let files = requests(mailbox)
        try #require(files.count == 1)
        return files[0]
    }

    /// The file of a message that was held.
    func heldFile(_ id: String) throws -> String {
        try #require(files(Self.new).first { $0.contains("R\(id).") })
    }

    private func full(_ place: String, _ mailbox: String) -> String { "\(path)/\(mailbox)/\(place)" }

    /// As a file manager does it: the name stays.
    func move(_ file: String, to folder: String, _ mailbox: String = "ann") throws {
        let name = String(file.split(separator: "/").last ?? "")
        let place = folder.isEmpty ? "cur" : "\(folder)/cur"
        try FileManager.default.createDirectory(
            atPath: full(place, mailbox), withIntermediateDirectories: true)
        for step in ["new", "tmp"] where !folder.isEmpty {
            try FileManager.default.createDirectory(
                atPath: full("\(folder)/\(step)", mailbox), withIntermediateDirectories: true)
        }
        try FileManager.default.moveItem(
            atPath: full(file, mailbox), toPath: full("\(place)/\(name)", mailbox))
    }

    /// As an IMAP server copies: a hard link with a name of its own.
    func copy(_ file: String, to folder: String, linked: Bool = true) throws {
        let place = folder.isEmpty ? "cur" : "\(folder)/cur"
        let target = full("\(place)/1700000009.M1P\(Int.random(in: 1...99_999)).imap,S=5:2,S", "ann")
        if linked {
            try FileManager.default.linkItem(atPath: full(file, "ann"), toPath: target)
        } else {
            try FileManager.default.copyItem(atPath: full(file, "ann"), toPath: target)
        }
    }

    func remove(_ file: String, _ mailbox: String = "ann") throws {
        try FileManager.default.removeItem(atPath: full(file, mailbox))
    }

    /// A file of any content.
    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: full(file, "ann")))
    }

    /// Quickly.
    func rename(_ file: String, to name: String) { _ = Glibc.rename(full(file, "ann"), full(name, "ann")) }

    /// Gives a file in `cur` other flags.
    func flag(_ file: String, _ flags: String) throws {
        let name = String(file.split(separator: "/").last?.prefix { $0 != ":" } ?? "")
        let folder = file.split(separator: "/").dropLast(2).joined(separator: "/")
        try FileManager.default.moveItem(
            atPath: full(file, "ann"), toPath: full("\(folder)/cur/\(name):2,\(flags)", "ann"))
    }
}
