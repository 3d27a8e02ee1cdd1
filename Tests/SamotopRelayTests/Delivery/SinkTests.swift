import Foundation
import NIOCore
import NIOPosix
import SMTP
import SamotopQueue
import Synchronization
import Testing

@testable import SamotopRelay

/// Postfix's `smtp-sink`, a server by others, where it is unpacked (`scripts/setup test`) or installed.
private final class Sink {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let homes = [
        ProcessInfo.processInfo.environment["SAMOTOP_PEERS"].map { $0 + "/postfix" }, root + "/.build-peers/postfix",
        "",
    ].compactMap(\.self)

    static var home: String? {
        homes.first { FileManager.default.isExecutableFile(atPath: $0 + "/usr/sbin/smtp-sink") }
    }

    static var isThere: Bool {
        if home == nil { print("SinkTests: skipped, there is no smtp-sink: scripts/setup test") }
        return home != nil
    }

    /// An address of its own: a port of 127.0.0.1 that was free a moment ago may be another test's by now.
    let host = "127.88.0.\(next.add(1, ordering: .relaxed).newValue)"
    let port: Int
    private let process = Process()
    private static let next = Atomic<UInt8>(0)

    init(_ arguments: [String]) async throws {
        // A port that was free a moment ago.
        let probe = try await ServerBootstrap(group: Stand.group).bind(host: host, port: 0).get()
        port = probe.localAddress?.port ?? 0
        try await probe.close()
        let home = Sink.home ?? ""
        process.executableURL = URL(fileURLWithPath: home + "/usr/sbin/smtp-sink")
        process.environment = ["LD_LIBRARY_PATH": home + "/usr/lib/postfix"]
        let user = getuid() == 0 ? ["-u", "root"] : []
        process.arguments = user + arguments + ["\(host):\(port)", "100"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<20_000 {
            let word = Stand.group.any().makePromise(of: Void.self)
            let bootstrap = ClientBootstrap(group: word.futureResult.eventLoop).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirstWord(word))
                }
            }
            guard let channel = try? await bootstrap.connect(host: host, port: port).get() else {
                word.succeed()
                continue
            }
            // Not before it has spoken: until then it may not have taken the connection.
            try await word.futureResult.get()
            try? await channel.close()
            return
        }
        throw TestProblem("smtp-sink does not listen")
    }

    deinit { kill(process.processIdentifier, SIGKILL) }
}

/// Waits for whatever a server says first, or for its end.
private final class FirstWord: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<Void>

    init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed() }
    func channelInactive(context: ChannelHandlerContext) { promise.succeed() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.succeed()
        context.close(promise: nil)
    }
}

@Suite(.serialized, .enabled(if: Sink.isThere, "smtp-sink is not installed (Debian: postfix)"))
struct SinkTests {
    private func outcome(_ arguments: [String], _ content: [UInt8] = Stand.text) async throws -> String {
        let sink = try await Sink(arguments)
        let stand = try Stand(servers(sink.host), port: sink.port)
        return await stand.deliver(try stand.job(), content).outcomes.map(\.text).joined()
    }

    @Test("smtp-sink takes messages", arguments: [[], ["-p"], ["-8"]])
    func takes(_ arguments: [String]) async throws {
        let text = try await outcome(arguments)
        #expect(text == "delivered")
    }

    @Test("smtp-sink takes a thousand messages over few connections")
    func thousand() async throws {
        let sink = try await Sink([])
        let stand = try Stand(servers(sink.host), port: sink.port)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var texts: [String] = []
                    for _ in 0..<250 { texts.append(try await stand.deliver().text) }
                    return texts
                }
            }
            for try await texts in group { #expect(Set(texts) == ["delivered"]) }
        }
        #expect((10...16).contains(stand.witness.connected))
    }

    @Test(
        "O02: smtp-sink's 4yz at each verb waits",
        arguments: [
            ("connect", "greeting hostWide"), ("ehlo", "ehlo hostWide"), ("mail", "mail"), ("rcpt", "rcpt"),
            ("data", "data"), (".", "content"),
        ])
    func soft(_ verb: String, _ stage: String) async throws {
        let text = try await outcome(["-r", verb])
        #expect(text.hasPrefix("postponed 4.") && text.hasSuffix(stage), "\(text)")
    }

    @Test(
        "O02: smtp-sink's 5yz at each verb is final",
        arguments: [
            ("connect", "greeting hostWide"), ("mail", "mail"), ("rcpt", "rcpt"), ("data", "data"), (".", "content"),
        ])
    func hard(_ verb: String, _ stage: String) async throws {
        let text = try await outcome(["-f", verb])
        #expect(text.hasPrefix("refused 5.") && text.hasSuffix(stage), "\(text)")
    }

    @Test(
        "O01: smtp-sink that goes away at any verb lets the message wait",
        arguments: ["connect", "ehlo", "mail", "rcpt", "data", "."])
    func gone(_ verb: String) async throws {
        #expect(try await outcome(["-q", verb]).hasPrefix("postponed 4.4."))
        #expect(try await outcome(["-Q", verb]).hasPrefix("postponed 4."))
    }

    @Test("O05: smtp-sink without 8BITMIME gets no 8-bit content")
    func sevenBit() async throws {
        #expect(try await outcome(["-8"], Array("Subject: x\r\n\r\nä\r\n".utf8)) == "refused 5.6.3 mail")
    }
}
