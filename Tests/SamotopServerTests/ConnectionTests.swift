import SamotopCore
import SamotopServer
import SamotopTesting
import Testing

/// Connections under load, and their ends.
@Suite struct ConnectionTests {
    @Test("The last reply arrives although more content keeps coming", arguments: [false, true])
    func lastReply(_ isSecure: Bool) async throws {
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try TestHouse().service(), on: [.loopback(security: .startTLS(identities, required: false))])
        var clients: [SocketClient] = []
        for _ in 0..<5 {
            let client = try await server.connect()
            if isSecure { try await client.secure() } else { try await client.greet() }
            await client.send(Mail.envelope)
            _ = try await (client.reply(), client.reply())
            try await client.say("DATA")
            // It looks at the reply only when the server is gone.
            try await client.setReading(false)
            client.push(Array("Subject: x\r\n\r\nbare\nnewline\r\n".utf8))
            for _ in 0..<40 { client.push([UInt8](repeating: 0x78, count: 50_000)) }
            clients.append(client)
        }
        #expect(try await server.isDeserted())
        for client in clients {
            try? await client.setReading(true)
            #expect(try await client.reply().hasPrefix("550 5.5.2 "))
            #expect(await client.rest() == [])
            // A reset can overtake the reply, and some systems then forget what they have received.
            #expect(client.error == nil)
        }
        try await server.stop()
    }

    @Test("The last reply arrives although nothing was read for a while", arguments: [false, true])
    func lastReplyAfterAPause(_ isSecure: Bool) async throws {
        var house = TestHouse()
        house.tarpit = .milliseconds(200)
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: false))])
        let client = try await server.connect()
        if isSecure { try await client.secure() } else { try await client.greet() }
        client.push(Array("FOO\r\n".utf8) + [UInt8](repeating: 0x78, count: 2_000_000))
        #expect(try await client.reply().hasPrefix("500 5.5.2 "))
        #expect(try await client.reply().hasPrefix("500 5.5.2 Command line too long"))
        await client.cut()
        #expect(try await server.isDeserted())
        try await server.stop()
    }

    @Test("RST and FIN at any moment leave no session behind, and nothing half delivered", arguments: [false, true])
    func endAnywhere(_ isReset: Bool) async throws {
        let house = TestHouse()
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: false))])
        let conversation = Array(
            "EHLO client.example\r\n\(Mail.envelope)DATA\r\nSubject: x\r\n\r\nbody\r\n.".utf8)
        for length in 0...conversation.count {
            let client = try await server.connect()
            if length.isMultiple(of: 3) { try await client.greet() }
            if length.isMultiple(of: 4), length.isMultiple(of: 3) {
                try await client.say("STARTTLS")
                try await client.startTLS()
            }
            await client.send(Array(conversation.prefix(length)))
            if isReset { await client.reset() } else { await client.cut() }
        }
        // Whoever connects now is accepted after all of them.
        let last = try await server.connect()
        try await last.greet()
        await last.close()
        #expect(try await server.isDeserted())
        try await server.stop()
        #expect(house.contents == [])
        #expect(house.record.closed == house.record.clients.count)
    }

    @Test("A client that leaves while its message is delivered leaves no session behind")
    func endDuringDelivery() async throws {
        let gate = Gate()
        var house = TestHouse()
        house.agent = SlowDelivery(gate: gate, mailboxes: house.mailboxes)
        let server = try await LiveServer.start(try house.service())
        let client = try await server.connect()
        try await client.greet()
        await client.send(Mail.envelope)
        _ = try await (client.reply(), client.reply())
        try await client.say("DATA")
        await client.send("Subject: x\r\n\r\nx\r\n.\r\n")
        await gate.someoneWaits()
        await client.reset()
        #expect(try await server.isDeserted())
        gate.open()
        // The agent had it: what it does with it is its own.
        try await server.stop()
    }

    @Test("A full spool stops reading, within a bound, and goes on when there is room")
    func backpressure() throws {
        var house = TestHouse()
        let spool = NarrowSpool()
        house.spool = spool
        let connection = try SimulatedConnection(try house.service())
        try connection.greet()
        try connection.send(Mail.transaction)
        _ = try connection.replies()
        try connection.send("Subject: x\r\n\r\n")
        var sent = 14
        let block = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 80)
        while connection.isReading, sent < 10 << 20 {
            try connection.send(block)
            sent += block.utf8.count
        }
        #expect(!connection.isReading)
        #expect(sent < 128 << 10)
        #expect(spool.overruns == 0)
        // Each time there is room for one slice.
        for _ in 0..<10 where !connection.isReading {
            spool.makeRoom()
            connection.run()
        }
        #expect(connection.isReading)
        try connection.send(".\r\n")
        for _ in 0..<10 {
            spool.makeRoom()
            connection.run()
        }
        #expect(try connection.replies().hasPrefix("250 2.0.0 "))
        #expect(house.contents.first?.utf8.count == sent)
        #expect(spool.overruns == 0)
    }

    @Test("Over a spool that is full after each slice a large message arrives whole", arguments: [false, true])
    func backpressureOverTheWire(_ isSecure: Bool) async throws {
        var house = TestHouse()
        let spool = NarrowSpool()
        house.spool = spool
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: false))])
        let client = try await server.connect()
        if isSecure { try await client.secure() } else { try await client.greet() }
        await client.send(Mail.envelope)
        _ = try await (client.reply(), client.reply())
        try await client.say("DATA")
        let content = "Subject: x\r\n\r\n" + (0..<40_000).map { "line \($0) of many\r\n" }.joined()
        client.push(Array((content + ".\r\n").utf8))
        let clearing = Task {
            while !Task.isCancelled {
                spool.makeRoom()
                await Task.yield()
            }
        }
        #expect(try await client.reply().hasPrefix("250 2.0.0 "))
        clearing.cancel()
        #expect(house.contents == [content])
        #expect(spool.overruns == 0)
        await client.close()
        try await server.stop()
    }

    @Test("X03: who pipelines without end and reads nothing is not answered without end, and closed")
    func neverReads() async throws {
        var house = TestHouse()
        house.limits.junkCommands = .max
        var timeouts = Timeouts()
        timeouts.write = .seconds(1)
        let server = try await LiveServer.start(try house.service(), on: [.loopback(timeouts: timeouts)])
        let client = try await server.connect(receiveBuffer: 4096)
        try await client.greet()
        try await client.setReading(false)
        // 6 MB of replies: more than the kernel holds.
        client.push(Array(String(repeating: "HELP\r\n", count: 100_000).utf8))
        #expect(try await server.isDeserted())
        #expect(house.record.commands < 95_000)
        await client.cut()
        try await server.stop()
    }

    @Test("Two hundred TLS sessions at once deliver one message each")
    func manyAtOnce() async throws {
        let house = TestHouse()
        let folder = try CertificateFolder()
        let identities = try TLSIdentities([folder.write(.first)])
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: true))])
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let client = try await server.connect()
                    try await client.secure()
                    await client.send(Mail.envelope)
                    _ = try await (client.reply(), client.reply())
                    try await client.say("DATA")
                    let reply = try await client.say("Subject: \(number)\r\n\r\n\(number)\r\n.")
                    try await client.say("QUIT")
                    return reply
                }
            }
            for try await reply in group { #expect(reply.hasPrefix("250 2.0.0 ")) }
        }
        let expected = (0..<200).map { "Subject: \($0)\r\n\r\n\($0)\r\n" }
        #expect(house.contents.sorted() == expected.sorted())
        #expect(Set(house.mailboxes.delivered.map(\.id)).count == 200)
        #expect(try await server.isDeserted())
        try await server.stop()
    }
}
