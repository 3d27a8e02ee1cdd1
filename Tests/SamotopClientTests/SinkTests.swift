import Foundation
import NIOPosix
import SMTP
import Testing

@testable import SamotopClient

/// Postfix's `smtp-sink`, where it is unpacked (`scripts/setup test`) or installed.
final class Sink {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let homes = [
        ProcessInfo.processInfo.environment["SAMOTOP_PEERS"].map { $0 + "/postfix" }, root + "/.build-peers/postfix",
        "",
    ].compactMap(\.self)

    static var home: String? {
        homes.first { FileManager.default.isExecutableFile(atPath: $0 + "/usr/sbin/smtp-sink") }
    }

    static var isAvailable: Bool {
        if home == nil { print("SinkTests: skipped, there is no smtp-sink: scripts/setup test") }
        return home != nil
    }

    let socket: String
    private let process = Process()
    private let directory: TemporaryDirectory

    /// Starts a sink on a Unix socket.
    init(_ arguments: String...) async throws {
        directory = try TemporaryDirectory()
        socket = directory.path + "/sink"
        let home = Sink.home ?? ""
        process.executableURL = URL(fileURLWithPath: home + "/usr/sbin/smtp-sink")
        process.environment = ["LD_LIBRARY_PATH": home + "/usr/lib/postfix"]
        let user = getuid() == 0 ? ["-u", "root"] : []
        process.arguments = user + arguments + ["unix:\(socket)", "100"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while !FileManager.default.fileExists(atPath: socket), process.isRunning { await Task.yield() }
    }

    /// Ends it. It ends with its owner too, so that a test has to hold it.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { stop() }

    func connect(_ change: (inout ClientConfiguration) -> Void = { _ in }) async throws(SMTPClientError)
        -> SMTPConnection
    {
        // The file is there a moment before somebody listens.
        while true {
            do throws(SMTPClientError) {
                return try await SMTPConnection.connect(
                    to: .unix(path: socket), configuration: .test(.none, change),
                    on: MultiThreadedEventLoopGroup.singleton)
            } catch {
                guard error.stage == .connect, process.isRunning else { throw error }
                await Task.yield()
            }
        }
    }
}

@Suite("Postfix's smtp-sink as the server", .enabled(if: Sink.isAvailable)) struct SinkTests {
    private static let content = MessageContent("Subject: x\r\n\r\n.\r\n..\r\nlast\r\n")

    private static func outcome(_ sink: Sink, pipelining: Bool = true) async throws(SMTPClientError) -> [String] {
        let connection = try await sink.connect { $0.pipelining = pipelining }
        let result = try await connection.send(transaction("b@x.test", "c@x.test"), content)
        await connection.quit()
        sink.stop()
        return result.recipients.map { "\($0.stage.rawValue) \($0.reply.code)" }
    }

    @Test("ESMTP with and without pipelining, plain SMTP (HELO), LMTP")
    func good() async throws {
        for isPipelining in [true, false] {
            #expect(try await Self.outcome(Sink(), pipelining: isPipelining) == ["content 250", "content 250"])
        }
        #expect(try await Self.outcome(Sink("-p")) == ["content 250", "content 250"])
        #expect(try await Self.outcome(Sink("-e")) == ["content 250", "content 250"])
        let sink = try await Sink("-L")
        let lmtp = try await sink.connect { $0.dialect = .lmtp }
        #expect(try await lmtp.send(transaction("b@x.test", "c@x.test"), Self.content).isAcceptedForAll)
        sink.stop()
    }

    @Test("O04: refusals for good (-f) and for now (-r) at each command")
    func refusals() async throws {
        for (flag, code) in [("-f", 500), ("-r", 450)] {
            for (command, stage) in [("MAIL", "mail"), ("RCPT", "rcpt"), ("DATA", "data"), (".", "content")] {
                for isPipelining in [true, false] {
                    let outcome = try await Self.outcome(Sink(flag, command), pipelining: isPipelining)
                    #expect(outcome == ["\(stage) \(code)", "\(stage) \(code)"], "\(flag) \(command)")
                }
            }
        }
    }

    @Test("O03: a server that hangs up at each command (-q), and one that answers late (-w)")
    func disconnects() async throws {
        for (command, stage, isSafe) in [
            ("MAIL", ClientStage.mail, true), ("RCPT", .rcpt, true), ("DATA", .data, true), (".", .content, false),
        ] {
            let sink = try await Sink("-q", command)
            let error = await failure { () throws(SMTPClientError) in try await Self.outcome(sink, pipelining: false) }
            if let error {
                #expect(error.stage == stage)
                #expect(error.kind == .transient)
                #expect(error.isSafeToRetry == isSafe)
            } else {
                Issue.record("no error at \(command)")
            }
            sink.stop()
        }
        let slow = try await Sink("-w", "1")
        let connection = try await slow.connect()
        #expect(try await connection.send(transaction("b@x.test"), Self.content).isAcceptedForAll)
        slow.stop()
    }

    @Test("a thousand messages over one connection")
    func many() async throws {
        let sink = try await Sink()
        let connection = try await sink.connect()
        let content = MessageContent([UInt8](repeating: 0x61, count: 900) + [0x0D, 0x0A])
        for _ in 0..<1000 {
            guard try await connection.send(transaction("b@x.test"), content).isAcceptedForAll else {
                Issue.record("refused")
                return
            }
        }
        await connection.quit()
        sink.stop()
    }
}
