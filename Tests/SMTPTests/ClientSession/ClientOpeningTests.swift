import Testing

@testable import SMTP

@Suite("Greeting, EHLO and TLS of a client") struct OpeningTests {
    @Test("220, EHLO, ready")
    func opening() {
        let driver = ClientDriver()
        #expect(driver.stage == .greeting)
        #expect(driver.hear("220-mx", "220 hello") == "EHLO client.our.test\r\n")
        #expect(driver.stage == .ehlo)
        #expect(driver.hear("250-mx.out.test", "250-PIPELINING", "250 SIZE 100") == "")
        #expect(driver.isReady)
        #expect(driver.capabilities.extensions == [.pipelining, .size])
    }

    @Test("I06: a name in EHLO that would not be one line, or another name, isn't said")
    func unwritableName() {
        for (tag, content) in [("x", "y]\r\nMAIL FROM:<>"), ("x\r\nRSET", "y"), ("x", "y] z")] {
            let driver = ClientDriver(.none) {
                $0.hello = .literal(.general(tag: Array(tag.utf8), content: Array(content.utf8)))
            }
            #expect(driver.hear("220 mx.out.test") == "")
            #expect(driver.failure?.fault == .unsuitableCommand)
            #expect(driver.failure?.stage == .greeting)
        }
    }

    @Test("a server that refuses to speak", arguments: ["554 no", "421 later", "450 x", "500 x"])
    func refusedGreeting(_ greeting: String) {
        let driver = ClientDriver()
        #expect(driver.hear(greeting) == "")
        guard case .refused(let reply)? = driver.failure?.fault else { return #expect(Bool(false), "not refused") }
        #expect(driver.failure?.stage == .greeting)
        #expect(Array("\(reply.code)".utf8) == Array(greeting.utf8.prefix(3)))
    }

    @Test("what is no greeting", arguments: ["250 hello", "221 x", "354 x", "HTTP/1.1 400 x", ""])
    func oddGreeting(_ greeting: String) {
        let driver = ClientDriver()
        driver.hear(greeting)
        #expect(driver.failure != nil)
        #expect(driver.output.isEmpty)
    }

    @Test("an old server is spoken to with HELO, and offers nothing", arguments: [500, 502, 501, 550])
    func helo(_ code: Int) {
        let driver = ClientDriver()
        driver.hear("220 mx")
        #expect(driver.hear("\(code) what") == "HELO client.our.test\r\n")
        driver.hear("250-mx", "250 PIPELINING")
        #expect(driver.isReady)
        #expect(driver.capabilities.extensions.isEmpty)
    }

    @Test("a transient refusal of EHLO, a refusal of HELO, and of LHLO are the end")
    func refusedHello() {
        let transient = ClientDriver()
        transient.hear("220 mx", "450 later")
        #expect(transient.failure?.fault == .refused(ServerReply(code: 450, text: Array("later".utf8))))
        let both = ClientDriver()
        both.hear("220 mx", "500 what", "500 what")
        #expect(both.failure?.stage == .ehlo)
        let lmtp = ClientDriver(.none) { $0.dialect = .lmtp }
        #expect(lmtp.hear("220 mx") == "LHLO client.our.test\r\n")
        #expect(lmtp.hear("500 what") == "")
        #expect(lmtp.failure?.stage == .ehlo)
    }

    // MARK: TLS

    /// A driver that has said STARTTLS.
    private static func starting(_ encryption: ClientSession.Encryption) -> ClientDriver {
        let driver = ClientDriver(encryption)
        driver.hear("220 mx")
        #expect(driver.hear("250-mx", "250-AUTH PLAIN", "250-SIZE 5", "250 STARTTLS") == "STARTTLS\r\n")
        return driver
    }

    @Test("STARTTLS, then everything anew: what was learned in clear is forgotten")
    func startTLS() {
        let driver = Self.starting(.required)
        driver.hear("220 go")
        #expect(driver.isSecuring)
        #expect(driver.secured() == "EHLO client.our.test\r\n")
        #expect(driver.capabilities.extensions.isEmpty)
        #expect(driver.hear("250-mx", "250-STARTTLS", "250 DSN") == "")
        #expect(driver.isReady)
        #expect(driver.capabilities.extensions == [.startTLS, .dsn])
        #expect(driver.capabilities.maximumSize == nil)
    }

    @Test(
        "T02: octets in clear behind the 220 of STARTTLS end the session",
        arguments: ["250-AUTH PLAIN\r\n250 ok\r\n", "x", "\r", "250 "])
    func injection(_ injected: String) {
        for encryption in [ClientSession.Encryption.required, .opportunistic] {
            let together = Self.starting(encryption)
            #expect(together.receive(Array("220 go\r\n\(injected)".utf8)) == "")
            #expect(!together.isSecuring)
            #expect(together.failure?.fault == .responseInjection)
            #expect(together.failure?.stage == .tls)
            let apart = ClientDriver(encryption)
            apart.hear("220 mx", "250-mx", "250 STARTTLS", "220 go")
            #expect(apart.isSecuring)
            // What comes before the handshake is over.
            var machine = ClientSession(.init(hello: ClientDriver.name, encryption: encryption))
            for line in ["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n"] {
                _ = machine.next(Array(line.utf8).span)
            }
            let step = machine.next(Array(injected.utf8).span)
            #expect(step.action == .fail(.responseInjection, .tls))
            #expect(step.consumed == injected.utf8.count)
        }
    }

    @Test("T02: replies sent ahead in clear are not taken for replies inside TLS")
    func replyBeforeSecured() {
        let driver = Self.starting(.required)
        driver.receive(Array("220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n".utf8))
        #expect(driver.failure?.fault == .responseInjection)
        #expect(!driver.isReady)
    }

    @Test("T04: without STARTTLS, or with it refused, nothing is said of a message when TLS is required")
    func stripping() throws {
        let lacking = ClientDriver(.required)
        lacking.hear("220 mx")
        #expect(lacking.hear("250-mx", "250 SIZE 5") == "")
        #expect(lacking.failure?.fault == .tlsNotOffered)
        for reply in ["454 not now", "502 what", "501 x", "421 bye", "354 x", "250 ok", "garbage", "221 bye"] {
            let refusing = Self.starting(.required)
            #expect(refusing.hear(reply) == "", "\(reply)")
            #expect(refusing.failure?.stage == .tls, "\(reply)")
            #expect(!refusing.isReady)
            #expect(throws: ClientFault.badSequence) { try refusing.send(transaction("b@out.test"), []) }
        }
        let old = ClientDriver(.required)
        old.hear("220 mx")
        #expect(old.hear("500 EHLO unknown") == "")
        #expect(old.failure != nil)
    }

    @Test("opportunistic TLS goes on in clear where it is not offered or refused, and nowhere else")
    func opportunistic() {
        let lacking = ClientDriver(.opportunistic)
        lacking.hear("220 mx", "250 mx")
        #expect(lacking.isReady)
        for reply in ["454 not now", "502 what"] {
            let refusing = Self.starting(.opportunistic)
            refusing.hear(reply)
            #expect(refusing.isReady, "\(reply)")
        }
        for reply in ["421 bye", "354 x", "250 ok", "garbage"] {
            let odd = Self.starting(.opportunistic)
            odd.hear(reply)
            #expect(odd.failure != nil, "\(reply)")
            #expect(!odd.isReady)
        }
    }

    @Test("TLS from the start: no STARTTLS; TLS not wanted: none either")
    func other() {
        for encryption in [ClientSession.Encryption.active, .none] {
            let driver = ClientDriver(encryption)
            driver.hear("220 mx")
            #expect(driver.hear("250-mx", "250 STARTTLS") == "")
            #expect(driver.isReady)
        }
    }

    // MARK: in between

    @Test("I07: octets that nobody asked for end the session; 421 is the server's good-bye")
    func unsolicited() {
        let odd = ClientDriver(offering: "DSN")
        odd.hear("250 surprise")
        #expect(odd.failure?.fault == .unexpectedReply(ServerReply(code: 250, text: Array("surprise".utf8))))
        let leaving = ClientDriver(offering: "DSN")
        leaving.hear("421 4.3.2 bye")
        guard case .refused(let reply)? = leaving.failure?.fault else { return #expect(Bool(false)) }
        #expect(reply.code == 421)
    }

    @Test("QUIT and its reply close the session; a connection that goes without a reply is a fault")
    func quitting() {
        let driver = ClientDriver(offering: "DSN")
        driver.quit()
        #expect(String(decoding: driver.output, as: UTF8.self) == "QUIT\r\n")
        driver.hear("221 bye")
        #expect(driver.isClosed)
        let cut = ClientDriver()
        cut.hear("220 mx")
        cut.disconnect()
        #expect(cut.failure?.fault == .connectionClosed)
        #expect(cut.failure?.stage == .ehlo)
    }

    @Test("a command of the caller's: one line, one reply, and none that the session has to know of")
    func commands() throws {
        let driver = ClientDriver(offering: "PIPELINING")
        try driver.perform { (machine) throws(ClientFault) in try machine.command(Array("VRFY ann".utf8)) }
        driver.hear("252 perhaps")
        #expect(driver.replies.map(\.code) == [252])
        for line in [
            "", "NOOP\r\nRSET", "NOOP\n", "NO\0OP", "DATA", "bdat 3", "EHLO x", "starttls", "AUTH PLAIN", "QUIT",
        ] {
            #expect(throws: ClientFault.unsuitableCommand, "\(line.debugDescription)") {
                try driver.perform { (machine) throws(ClientFault) in try machine.command(Array(line.utf8)) }
            }
        }
        // MAIL leaves a transaction behind.
        try driver.perform { (machine) throws(ClientFault) in try machine.command(Array("MAIL FROM:<>".utf8)) }
        driver.hear("250 ok")
        #expect(try driver.send(transaction("b@out.test"), []).hasPrefix("RSET\r\nMAIL"))
    }

    // MARK: AUTH

    @Test("AUTH with and without an initial response, and its challenges")
    func authentication() throws {
        let driver = ClientDriver(.active)
        driver.hear("220 mx", "250-mx", "250 AUTH X")
        try driver.perform { (machine) throws(ClientFault) in
            try machine.authenticate(Array("X".utf8), initialResponse: Array("AGE=".utf8))
        }
        #expect(String(decoding: driver.output, as: UTF8.self).hasSuffix("AUTH X AGE=\r\n"))
        driver.hear("334 Zm9v")
        #expect(driver.challenges == [Array("Zm9v".utf8)])
        try driver.perform { (machine) throws(ClientFault) in try machine.respond(Array("YmFy".utf8)) }
        #expect(String(decoding: driver.output, as: UTF8.self).hasSuffix("\r\nYmFy\r\n"))
        driver.hear("235 2.7.0 ok")
        #expect(driver.authentications.map(\.code) == [235])
        #expect(driver.takesTransaction)
    }

    @Test("AUTH refused, broken off, or answered with nonsense")
    func authenticationFails() throws {
        let driver = ClientDriver(.active)
        driver.hear("220 mx", "250-mx", "250 AUTH X")
        func start() throws {
            try driver.perform { (machine) throws(ClientFault) in
                try machine.authenticate(Array("X".utf8), initialResponse: nil)
            }
        }
        try start()
        driver.hear("535 5.7.8 no")
        #expect(driver.authentications.map(\.code) == [535])
        try start()
        driver.hear("334 ")
        try driver.perform { (machine) throws(ClientFault) in try machine.cancelAuthentication() }
        #expect(String(decoding: driver.output, as: UTF8.self).hasSuffix("*\r\n"))
        driver.hear("501 broken off")
        #expect(driver.takesTransaction)
        try start()
        driver.hear("250 ok")
        #expect(driver.failure != nil, "only 235 means yes")
    }

    @Test("AUTH never goes in clear unless that is allowed")
    func authenticationInClear() throws {
        let driver = ClientDriver(offering: "AUTH PLAIN")
        #expect(throws: ClientFault.authenticationInClear) {
            try driver.perform { (machine) throws(ClientFault) in
                try machine.authenticate(Array("PLAIN".utf8), initialResponse: Array("AGE=".utf8))
            }
        }
        #expect(driver.output.isEmpty)
        try driver.perform { (machine) throws(ClientFault) in
            try machine.authenticate(
                Array("PLAIN".utf8), initialResponse: Array("AGE=".utf8), isAllowedInClear: true)
        }
        #expect(!driver.output.isEmpty)
    }

    @Test("an initial response too long for a line waits for the server's challenge")
    func longInitialResponse() throws {
        let driver = ClientDriver(.active)
        driver.hear("220 mx", "250-mx", "250 AUTH X")
        let response = [UInt8](repeating: 0x41, count: 600)
        try driver.perform { (machine) throws(ClientFault) in
            try machine.authenticate(Array("X".utf8), initialResponse: response)
        }
        #expect(String(decoding: driver.output, as: UTF8.self).hasSuffix("AUTH X\r\n"))
        #expect(driver.receive(Array("334 \r\n".utf8)) == String(decoding: response, as: UTF8.self) + "\r\n")
        #expect(driver.challenges.isEmpty)
    }
}
