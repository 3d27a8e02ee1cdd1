import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

/// Content that comes in slices of any size.
struct SlicedContent: MailContent {
    let bytes: [UInt8]
    let slice: Int
    var count: Int { bytes.count }

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        for start in stride(from: 0, to: bytes.count, by: slice) {
            try body(bytes[start..<min(bytes.count, start + slice)].span)
        }
    }
}

enum TestMessage {
    static let trace = Array("Return-Path: <a@client.example>\r\nReceived: by mx.example.org id X\r\n".utf8)
    static let content = Array("Subject: hello\r\n\r\nOne.\r\nTwo.\r\n".utf8)
    static let received = Timestamp(seconds: 1_700_000_000, nanoseconds: 123_456_789)

    static func make(
        id: String = "01HF7YAT00TESTTESTTESTTEST", trace: [UInt8] = trace,
        content: any MailContent = SlicedContent(bytes: content, slice: 7), body: BodyType? = nil,
        to recipients: [Recipient] = []
    ) -> ReceivedMessage {
        var parameters = MailParameters()
        parameters.body = body
        return ReceivedMessage(
            envelope: Envelope(id: id, reversePath: .null, parameters: parameters, recipients: recipients),
            trace: trace, content: content,
            received: received)
    }

    static func recipients(_ names: String...) -> [Recipient] {
        names.map { Recipient(path: .postmaster, parameters: RcptParameters(), destinations: [.mailbox($0)]) }
    }

    static func recipients(in folder: String, _ names: String...) -> [Recipient] {
        names.map {
            Recipient(path: .postmaster, parameters: RcptParameters(), destinations: [.folder(folder, of: $0)])
        }
    }

    /// `octets`, with LF for CRLF.
    static func lines(_ octets: [UInt8]) -> [UInt8] {
        octets.indices.filter { !(octets[$0] == 13 && $0 + 1 < octets.count && octets[$0 + 1] == 10) }.map {
            octets[$0]
        }
    }

    static var file: [UInt8] { lines(trace + content) }
    static func name(_ size: Int = file.count) -> String {
        "1700000000.M123456R01HF7YAT00TESTTESTTESTTEST.mx.example.org,S=\(size)"
    }
}

/// Mailboxes `ann`, `bob` and `cat` of example.org below a root.
struct House {
    let mailboxes: Mailboxes
    let clock: ManualClock

    static let threads = StorageThreads(count: 4)

    init(
        _ fileSystem: any FileSystem = HostFileSystem(), root: String, lineEnding: LineEnding = .lf,
        process: Int32 = 7, run: String = "0123456789abcdef", clock: ManualClock = ManualClock(),
        folders: [String: String] = ["ann": "example.org/ann", "bob": "example.org/bob", "cat": "cat"], open: Int = 128,
        patterns: [PatternEntry] = [], isCoarse: Bool = false
    ) throws {
        let domain = try #require(DomainName("example.org"))
        var entries: [MailboxEntry] = []
        for (name, folder) in folders {
            let address = try #require(Mailbox("\(name)@example.org"))
            entries.append(MailboxEntry(address: address, name: name, folder: folder))
        }
        let directory = try Directory(domains: [domain], mailboxes: entries, patterns: patterns, postmaster: "ann")
        var settings = MaildirSettings()
        settings.lineEnding = lineEnding
        settings.openMailboxes = open
        settings.isCoarse = isCoarse
        self.clock = clock
        mailboxes = Mailboxes(
            directory, root: root, host: "mx.example.org", threads: Self.threads, background: Self.threads,
            clock: clock, settings: settings, fileSystem: fileSystem, process: process, run: run)
    }
}
