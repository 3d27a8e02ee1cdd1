import NIOCore
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopServer

/// F12, RFC 5321 §3.8: the end of the service.
@Suite struct ShutdownTests {
    @Test("F12: idle sessions get 421 4.3.2, whatever they have said so far")
    func idle() async throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .startTLS(identities, required: false))],
            grace: .seconds(600))
        let fresh = try await server.connect()
        _ = try await fresh.reply()
        let greeted = try await server.connect()
        try await greeted.greet()
        let half = try await server.connect()
        try await half.greet()
        await half.send("MAIL FR")
        let secure = try await server.connect()
        try await secure.secure()
        server.beginStop()
        for client in [fresh, greeted, half, secure] {
            #expect(await client.restText() == "421 4.3.2 Service is shutting down, please try again\r\n")
        }
        try await server.stop()
        #expect(server.server.connectionCount == 0)
    }

    @Test("F12: a transaction may end, and then the session does")
    func inTransaction() async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(try house.service(), grace: .seconds(600))
        let client = try await server.connect()
        try await client.greet()
        try await client.say("MAIL FROM:<a@out.test>")
        let bystander = try await server.connect()
        try await bystander.greet()
        server.beginStop()
        _ = await bystander.rest()
        #expect(try await client.say("RCPT TO:<u@our.test>").hasPrefix("250 2.1.5 "))
        #expect(try await client.say("DATA").hasPrefix("354 "))
        #expect(try await client.say("Subject: x\r\n\r\nx\r\n.").hasPrefix("250 2.0.0 "))
        #expect(await client.restText().hasPrefix("421 4.3.2 "))
        #expect(house.contents == ["Subject: x\r\n\r\nx\r\n"])
        try await server.stop()
    }

    @Test("F12: a message that is being delivered gets its reply")
    func delivering() async throws {
        let gate = Gate()
        var house = TestHouse()
        house.agent = SlowDelivery(gate: gate, mailboxes: house.mailboxes)
        let server = try await LiveServer.start(try house.service(), grace: .seconds(600))
        let client = try await server.connect()
        let bystander = try await server.connect()
        try await bystander.greet()
        try await client.greet()
        await client.send(Mail.envelope)
        _ = try await (client.reply(), client.reply())
        try await client.say("DATA")
        await client.send("Subject: x\r\n\r\nx\r\n.\r\n")
        await gate.someoneWaits()
        server.beginStop()
        _ = await bystander.rest()
        gate.open()
        #expect(try await client.reply().hasPrefix("250 2.0.0 "))
        #expect(await client.restText().hasPrefix("421 4.3.2 "))
        #expect(house.contents.count == 1)
        try await server.stop()
    }

    @Test("F12: beyond the grace period nothing is waited for")
    func forced() async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(try house.service(), grace: .milliseconds(50))
        let client = try await server.connect()
        try await client.greet()
        await client.send(Mail.transaction)
        _ = try await (client.reply(), client.reply(), client.reply())
        await client.send("Subject: half\r\n")
        try await server.stop()
        #expect(await client.rest() == [])
        #expect(house.contents == [])
        #expect(server.server.connectionCount == 0)
    }

    @Test("F12: handshakes and PROXY headers that are under way don't hold the shutdown up")
    func handshakes() async throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try TestHouse().service(),
            on: [
                .loopback("tls", security: .implicit(identities)),
                .loopback("starttls", security: .startTLS(identities, required: true)),
                .loopback("proxy", proxyProtocolFrom: ["127.0.0.1"]),
            ], grace: .seconds(600))
        let silent = try await server.connect("tls")
        let half = try await server.connect("tls")
        await half.send(try ClientHelloBytes.make())
        let announced = try await server.connect("starttls")
        try await announced.greet()
        try await announced.say("STARTTLS")
        let balancer = try await server.connect("proxy")
        await balancer.send("PROXY TCP4 ")
        try await server.stop()
        for client in [silent, announced, balancer] { #expect(await client.rest() == []) }
        await half.close()
    }

    @Test("F12: a greeting that is held back is not sent after the good-bye")
    func duringTheBannerDelay() throws {
        var house = TestHouse()
        house.bannerDelay = .seconds(2)
        let connection = try SimulatedConnection(try house.service())
        connection.stop()
        connection.pass(.seconds(2))
        #expect(try connection.replies() == "421 4.3.2 Service is shutting down, please try again\r\n")
        #expect(connection.wire.isOutputClosed)
    }

    @Test("F12: an error that is held back is not sent after the good-bye")
    func duringTheTarpit() throws {
        var house = TestHouse()
        house.tarpit = .seconds(2)
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        try connection.send("FOO\r\n")
        connection.stop()
        connection.pass(.seconds(2))
        let replies = try connection.replies()
        #expect(replies.hasSuffix("421 4.3.2 Service is shutting down, please try again\r\n"))
        #expect(connection.wire.isOutputClosed)
    }

    @Test func withoutClientsItEndsAtOnce() async throws {
        let server = try await LiveServer.start(try TestHouse().service(), grace: .seconds(600))
        try await server.stop()
    }

    @Test("A second server on the same port says so, and closes what it had opened")
    func portInUse() async throws {
        let server = try await LiveServer.start(try TestHouse().service())
        let port = try #require(Int(try server.address().split(separator: ":").last ?? ""))
        var taken = Listener.loopback("second")
        taken.address = .tcp(host: "127.0.0.1", port: port)
        let folder = try CertificateFolder()
        var first = Listener.loopback("first")
        first.address = .unix(path: folder.place("socket"))
        let error = try await #require(throws: ListenError.self) {
            _ = try await LiveServer.start(try TestHouse().service(), on: [first, taken])
        }
        #expect(error.listener == "second")
        #expect(error.description.contains("127.0.0.1 port \(port)"))
        #expect(error.description.contains("is another server running there?"))
        await #expect(throws: (any Error).self) { try await SocketClient.connect("unix:" + folder.place("socket")) }
        try await server.stop()
    }

    @Test("An address that is not this machine's is an error that says so")
    func foreignAddress() async throws {
        let error = try await #require(throws: ListenError.self) {
            _ = try await LiveServer.start(try TestHouse().service(), on: [.loopback(host: "192.0.2.1")])
        }
        #expect(error.description.contains("no interface of this machine has that address"))
    }

    @Test("IPv6 clients, and IPv4 ones on an IPv6 socket, are what they are")
    func families() async throws {
        let house = TestHouse()
        let server = try await LiveServer.start(try house.service(), on: [.loopback(host: "::")])
        let port = try #require(try server.address().split(separator: ":").last)
        for host in ["[::1]", "127.0.0.1"] {
            let client = try await SocketClient.connect("\(host):\(port)")
            try await client.greet()
            await client.close()
        }
        #expect(house.record.clients == [.ipv6([UInt8](repeating: 0, count: 15) + [1]), .ipv4([127, 0, 0, 1])])
        try await server.stop()
    }
}
