import Foundation
import NIOSSL
import SamotopServer
import Testing

/// T10, T12, T13: which certificate a client sees, and how it changes.
@Suite struct CertificateTests {
    let folder: CertificateFolder

    init() throws { folder = try CertificateFolder() }

    @Test(
        "T12: the certificate follows the name that the client asks for",
        arguments: [
            (nil, "first"), ("mx.our.test", "first"), ("exact.wild.test", "exact"), ("EXACT.Wild.test", "exact"),
            ("other.wild.test", "wildcard"), ("wild.test", "first"), ("two.labels.wild.test", "first"),
            ("unknown.example", "first"), (String(repeating: "a", count: 63) + ".example", "first"),
            ("*.wild.test", "wildcard"),
        ] as [(String?, String)])
    func serverName(_ name: String?, _ expected: String) async throws {
        let pairs: [String: TestCertificate] = ["first": .first, "exact": .exact, "wildcard": .wildcard]
        let identities = try TLSIdentities([
            folder.write(.first, as: "first"), folder.write(.wildcard, as: "wildcard"),
            folder.write(.exact, as: "exact"),
        ])
        let server = try await start(identities)
        let client = try await server.connect()
        try await client.startTLS(serverName: name)
        #expect(try await client.certificate() == pairs[expected]?.leaf())
        try await client.greet()
        await client.close()
        try await server.stop()
    }

    @Test("T12: names that are too long, or hold a NUL, end their own connection at most")
    func hostileNames() async throws {
        let house = TestHouse()
        let identities = try TLSIdentities([folder.write(.first, as: "first"), folder.write(.exact, as: "exact")])
        let server = try await LiveServer.start(try house.service(), on: [.loopback(security: .implicit(identities))])
        let name = String(repeating: "a", count: 40) + ".example"
        let hello = try ClientHelloBytes.make(serverName: name)
        let place = try #require(hello.firstRange(of: Array(name.utf8)))
        for octet: UInt8 in [0, 0xFF, 0x0D, 0x0A, 0x20] {
            var bent = hello
            for index in place { bent[index] = octet }
            let client = try await server.connect()
            await client.send(bent)
            await client.cut()
        }
        for length in [256, 15_000] {
            let client = try await server.connect()
            await client.send(withServerName(String(repeating: "a", count: length), hello, place))
            await client.cut()
        }
        let client = try await server.connect()
        try await client.startTLS()
        try await client.greet()
        await client.close()
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("T13: new sessions get the new certificate, old ones go on")
    func reload() async throws {
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await start(identities)
        let old = try await server.connect()
        try await old.startTLS()
        try await old.greet()
        try folder.write(.renewed)
        try identities.reload()
        let new = try await server.connect()
        try await new.startTLS()
        try await new.greet()
        #expect(try await old.certificate() == TestCertificate.first.leaf())
        #expect(try await new.certificate() == TestCertificate.renewed.leaf())
        #expect(try await old.say("NOOP").hasPrefix("250 "))
        await old.close()
        await new.close()
        try await server.stop()
    }

    @Test("T13: what doesn't fit together stays out, and the error names the file", arguments: Breakage.all)
    func badReload(_ breakage: Breakage) async throws {
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await start(identities)
        try breakage.apply(folder)
        let error = try #require(throws: TLSIdentityError.self) { try identities.reload() }
        #expect(error.description.contains(folder.place(breakage.file)))
        let client = try await server.connect()
        try await client.startTLS()
        #expect(try await client.certificate() == TestCertificate.first.leaf())
        await client.close()
        // The rest arrives.
        for name in ["mx.pem", "mx.key"] { try? FileManager.default.removeItem(atPath: folder.place(name)) }
        try folder.write(.renewed)
        try identities.reload()
        let next = try await server.connect()
        try await next.startTLS()
        #expect(try await next.certificate() == TestCertificate.renewed.leaf())
        await next.close()
        try await server.stop()
    }

    @Test("T13: not one handshake fails while certificates are replaced")
    func handshakesDuringReload() async throws {
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await start(identities)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<25 {
                        let client = try await server.connect()
                        try await client.startTLS()
                        try await client.greet()
                        await client.close()
                    }
                }
            }
            group.addTask { [folder] in
                for round in 0..<50 {
                    let pair = round.isMultiple(of: 2) ? TestCertificate.renewed : .first
                    try folder.write(pair.key, to: "mx.key")
                    // Half of the pair is there.
                    #expect(throws: TLSIdentityError.self) { try identities.reload() }
                    try folder.write(pair.certificate, to: "mx.pem")
                    try identities.reload()
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        try await server.stop()
    }

    @Test("A server doesn't start without certificates")
    func nothing() throws {
        #expect(throws: TLSIdentityError.self) { try TLSIdentities([]) }
        let error = try #require(throws: TLSIdentityError.self) { try TLSIdentities([folder.files("missing")]) }
        #expect(error.description.contains(folder.place("missing.pem")))
    }

    @Test(
        "T10: a ticket of one listener opens nothing on another", .enabled(if: OpenSSL.isInstalled),
        arguments: ["tls1_2", "tls1_3"])
    func tickets(_ version: String) async throws {
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try TestHouse().service(),
            on: [
                .loopback("one", security: .implicit(identities)),
                .loopback("two", security: .implicit(try identities.copy())),
            ])
        let ticket = folder.place("ticket")
        let first = try await OpenSSL.connect(server.address("one"), version, ["-sess_out", ticket])
        #expect(first.contains("New, TLS"))
        let again = try await OpenSSL.connect(server.address("one"), version, ["-sess_in", ticket])
        #expect(again.contains("Reused, TLS"), "a ticket works where it was given")
        let elsewhere = try await OpenSSL.connect(server.address("two"), version, ["-sess_in", ticket])
        #expect(elsewhere.contains("New, TLS"))
        #expect(!elsewhere.contains("Reused"))
        try await server.stop()
    }

    private func start(_ identities: TLSIdentities) async throws -> LiveServer {
        try await LiveServer.start(try TestHouse().service(), on: [.loopback(security: .implicit(identities))])
    }

    /// Puts a longer name into a hello, and mends the lengths around it.
    private func withServerName(_ name: String, _ hello: [UInt8], _ place: Range<Int>) -> [UInt8] {
        var hello = hello
        let growth = name.utf8.count - place.count
        hello.replaceSubrange(place, with: Array(name.utf8))
        func grow(_ index: Int) {
            let value = (Int(hello[index]) << 8 | Int(hello[index + 1])) + growth
            hello[index] = UInt8(truncatingIfNeeded: value >> 8)
            hello[index + 1] = UInt8(truncatingIfNeeded: value)
        }
        // Name, list, extension; then the record and the message; and the extensions as a whole.
        for index in [place.lowerBound - 2, place.lowerBound - 5, place.lowerBound - 7, 3, 7] { grow(index) }
        var index = 5 + 4 + 34
        index += 1 + Int(hello[index])
        index += 2 + Int(hello[index]) << 8 + Int(hello[index + 1])
        index += 1 + Int(hello[index])
        grow(index)
        return hello
    }
}

/// Ways to break a pair of files.
struct Breakage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The file that the error must name.
    let file: String
    let apply: @Sendable (CertificateFolder) throws -> Void

    static let all = [
        Breakage(testDescription: "key first", file: "mx.key") {
            try $0.write(TestCertificate.renewed.key, to: "mx.key")
        },
        Breakage(testDescription: "certificate first", file: "mx.pem") {
            try $0.write(TestCertificate.renewed.certificate, to: "mx.pem")
        },
        Breakage(testDescription: "truncated certificate", file: "mx.pem") {
            try $0.write(String(TestCertificate.renewed.certificate.prefix(300)), to: "mx.pem")
        },
        Breakage(testDescription: "truncated key", file: "mx.key") {
            try $0.write(String(TestCertificate.renewed.key.prefix(100)), to: "mx.key")
        },
        Breakage(testDescription: "truncated chain", file: "mx.pem") {
            let chain = TestCertificate.first.certificate + "\n" + TestCertificate.renewed.certificate.prefix(300)
            try $0.write(chain, to: "mx.pem")
        },
        Breakage(testDescription: "empty certificate", file: "mx.pem") { try $0.write("", to: "mx.pem") },
        Breakage(testDescription: "empty key", file: "mx.key") { try $0.write("", to: "mx.key") },
        Breakage(testDescription: "no certificate", file: "mx.pem") {
            try FileManager.default.removeItem(atPath: $0.place("mx.pem"))
        },
        Breakage(testDescription: "a folder for a key", file: "mx.key") {
            try FileManager.default.removeItem(atPath: $0.place("mx.key"))
            try FileManager.default.createDirectory(atPath: $0.place("mx.key"), withIntermediateDirectories: false)
        },
    ]
}

/// The `openssl` of the machine as a client, for what NIO's doesn't do.
enum OpenSSL {
    static let path = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What `s_client` prints about a connection that says QUIT.
    static func connect(_ address: String, _ version: String, _ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["s_client", "-connect", address, "-\(version)"] + arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
            // The server's good-bye ends the client; until then its input stays open.
            input.fileHandleForWriting.write(Data("EHLO client.example\r\nQUIT\r\n".utf8))
        }
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
