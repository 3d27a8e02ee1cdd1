import Foundation
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopServer

/// Listening on a path.
@Suite struct UnixSocketTests {
    let folder: CertificateFolder
    var path: String { folder.place("lmtp") }

    init() throws { folder = try CertificateFolder() }

    @Test("LMTP over a Unix socket")
    func lmtp() async throws {
        let house = TestHouse()
        let server = try await start(house)
        #expect(try server.address() == "unix:" + path)
        let client = try await server.connect()
        #expect(try await client.reply().hasPrefix("220 mx.our.test LMTP"))
        try await client.say("LHLO client.example")
        await client.send("MAIL FROM:<a@out.test>\r\nRCPT TO:<u@our.test>\r\nRCPT TO:<u2@our.test>\r\n")
        _ = try await (client.reply(), client.reply(), client.reply())
        try await client.say("DATA")
        await client.send("Subject: x\r\n\r\nx\r\n.\r\n")
        #expect(try await client.reply().hasPrefix("250 2."))
        #expect(try await client.reply().hasPrefix("250 2."))
        #expect(house.record.clients == [.local])
        #expect(try await client.say("QUIT").hasPrefix("221 "))
        try await server.stop()
    }

    @Test(
        "The permissions are those that were asked for, whatever the umask",
        arguments: [0o600, 0o660, 0o666] as [UInt16])
    func permissions(_ mode: UInt16) async throws {
        let server = try await start(TestHouse(), mode: mode)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == Int(mode))
        #expect(attributes[.type] as? FileAttributeType == .typeSocket)
        try await server.stop()
    }

    @Test("A socket that nobody listens on any more is replaced")
    func stale() async throws {
        try await start(TestHouse()).stop()
        #expect(FileManager.default.fileExists(atPath: path))
        let server = try await start(TestHouse())
        let client = try await server.connect()
        _ = try await client.reply()
        await client.close()
        try await server.stop()
    }

    @Test("A socket that a server listens on is not")
    func live() async throws {
        let server = try await start(TestHouse())
        let error = try await #require(throws: ListenError.self) { _ = try await start(TestHouse()) }
        #expect(error.description.contains(path))
        #expect(error.description.contains("is another server running there?"))
        let client = try await server.connect()
        #expect(try await client.reply().hasPrefix("220 "))
        await client.close()
        try await server.stop()
    }

    @Test("A socket whose server's backlog is full is not, and nobody waits for it")
    func busy() async throws {
        let taken = try UnixSocketPath(path, mode: 0o600).open()
        defer { close(taken) }
        // Nobody accepts.
        #expect(listen(taken, 0) == 0)
        _ = try await SocketClient.connect("unix:" + path)
        await #expect(throws: ListenError.self) { _ = try await start(TestHouse()) }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("Another file is never removed", arguments: ["file", "folder", "link"])
    func otherFiles(_ kind: String) async throws {
        let precious = folder.place("precious")
        try folder.write("precious", to: "precious")
        switch kind {
        case "file": try folder.write("precious", to: "lmtp")
        case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: precious)
        }
        let error = try await #require(throws: ListenError.self) { _ = try await start(TestHouse()) }
        #expect(error.description.contains("\(path) is no socket, and is not replaced"))
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(FileManager.default.contents(atPath: precious) == Data("precious".utf8))
    }

    @Test("A path that is too long, or in no folder, is an error")
    func impossible() async throws {
        for path in [folder.place(String(repeating: "x", count: 200)), folder.place("nowhere/lmtp")] {
            let error = try await #require(throws: ListenError.self) { _ = try await start(TestHouse(), at: path) }
            #expect(error.description.contains(path))
        }
    }

    @Test("A socket from the service manager is served as it is")
    func inherited() async throws {
        let descriptor = try UnixSocketPath(path, mode: 0o600).open()
        let listener = Listener("mx", at: .inherited(descriptor: descriptor), role: .mx, security: .none)
        let server = try await LiveServer.start(try TestHouse().service(), on: [listener])
        let client = try await server.connect()
        try await client.greet()
        await client.close()
        try await server.stop()
    }

    @discardableResult
    private func start(_ house: TestHouse, mode: UInt16 = 0o660, at path: String? = nil) async throws -> LiveServer {
        try await LiveServer.start(
            try house.service(),
            on: [Listener("mx", at: .unix(path: path ?? self.path, mode: mode), role: .lmtp, security: .none)])
    }
}
