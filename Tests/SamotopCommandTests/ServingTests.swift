#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation
import Testing

@testable import SamotopCommand

@Suite("samotop serve", .serialized)
struct ServingTests {
    /// A configuration in a workplace, a port to serve on, and a stand-in for systemd.
    struct Bench {
        let place: Workplace
        let file: String
        let port: UInt16
        let notify: NotifySocket

        init(_ change: (String) -> String = { $0 }) throws {
            place = try Workplace()
            port = try Workplace.freePort()
            let text = SampleConfiguration.text.replacing("/var/lib/samotop", with: place.path + "/state")
                .replacing("/home/bob/Maildir", with: place.path + "/state/bob").replacing("2525", with: "\(port)")
                .replacing(
                    "domains:", with: "prudence: {banner-delay: 0s}\nauthentication: off\ncontacts: off\ndomains:")
            file = try place.write(change(text), to: "samotop.yaml", mode: 0o644)
            notify = try NotifySocket(place.path + "/notify")
        }

        func rewrite(_ change: (String) -> String) throws {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try place.write(change(text), to: "samotop.yaml", mode: 0o644)
        }

        /// Starts to serve and waits for READY.
        func serve(_ more: [String] = [], environment: [String: String] = [:], descriptor: CInt? = nil) throws
            -> ChildProcess
        {
            let root = Workplace.isRoot ? ["--as-root"] : []
            let all = environment.merging(["NOTIFY_SOCKET": notify.path]) { first, _ in first }
            let child = try ChildProcess(
                ["serve", "--config", file] + root + more, environment: all, descriptor: descriptor)
            let word = notify.next()
            if word != "READY=1" {
                child.signal(SIGKILL)
                Issue.record("it said “\(word)”, not READY: \(child.finish().errors)")
            }
            return child
        }
    }

    @Test("a link in the place of acme: root writes nothing where it leads", .enabled(if: Workplace.isRoot))
    func certificateLink() throws {
        let bench = try Bench {
            $0.replacing("listeners:", with: "user: nobody\ntls: {acme: {agree-to-terms: true}}\nlisteners:")
        }
        let (state, other) = (bench.place.path + "/state", bench.place.path + "/root")
        for folder in [state, other] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        let nobody = try #require(getpwnam("nobody")).pointee
        #expect(chown(state, nobody.pw_uid, nobody.pw_gid) == 0)
        try FileManager.default.createSymbolicLink(atPath: state + "/acme", withDestinationPath: other)
        let end = try ChildProcess(["serve", "--config", bench.file]).finish()
        #expect(end.exit != 0)
        #expect(end.errors.contains("acme/certificate.pem"), "\(end.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: other).isEmpty)
        #expect(LocalFile.status(other)?.owner == 0)
    }

    @Test("SIGTERM: idle sessions get 421, no new ones come in, exit 0; systemd hears of it")
    func stop() throws {
        let bench = try Bench()
        let server = try bench.serve()
        let client = try #require(LineClient(port: bench.port))
        #expect(client.reply()?.hasPrefix("220 ") == true)
        server.signal(SIGTERM)
        #expect(bench.notify.next() == "STOPPING=1")
        #expect(client.line()?.hasPrefix("421 4.3.2") == true)
        #expect(client.line() == nil)
        let end = server.finish()
        #expect(end.exit == 0, "\(end.errors)")
        #expect(LineClient(port: bench.port) == nil)
    }

    @Test("SIGTERM: a running transaction may end; a second signal ends everything at once")
    func stopTwice() throws {
        let bench = try Bench()
        let server = try bench.serve()
        let client = try #require(LineClient(port: bench.port))
        _ = client.reply()
        #expect(client.ask("EHLO client.example")?.hasPrefix("250 ") == true)
        #expect(client.ask("MAIL FROM:<carol@client.example>")?.hasPrefix("250 ") == true)
        server.signal(SIGTERM)
        #expect(bench.notify.next() == "STOPPING=1")
        #expect(client.ask("RCPT TO:<ann@example.test>")?.hasPrefix("250 ") == true)
        server.signal(SIGINT)
        let end = server.finish()
        #expect(end.exit == 1)
        #expect(end.signal == 0)
        #expect(client.line() == nil)
    }

    @Test("SIGHUP: domains and mailboxes change, sessions go on; a faulty configuration changes nothing")
    func reload() throws {
        let bench = try Bench()
        let server = try bench.serve()
        let client = try #require(LineClient(port: bench.port))
        _ = client.reply()
        _ = client.ask("EHLO client.example")
        _ = client.ask("MAIL FROM:<carol@client.example>")
        #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("550 5.1.1") == true)
        #expect(client.ask("RCPT TO:<ann@example.org>")?.hasPrefix("550 5.7.1") == true)

        try bench.rewrite {
            $0.replacing("      ann:\n", with: "      ann:\n      eve:\n") + "  example.org: {mailboxes: {ann: }}\n"
        }
        server.signal(SIGHUP)
        #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
        #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("250 2.1.5") == true)
        #expect(client.ask("RCPT TO:<ann@example.org>")?.hasPrefix("250 2.1.5") == true)

        try bench.rewrite { $0.replacing("      eve:\n", with: "").replacing("name:", with: "nam:") }
        server.signal(SIGHUP)
        #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
        #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("250 2.1.5") == true)

        try bench.rewrite { $0.replacing("nam:", with: "name:") + "limits: {errors: 3}\n" }
        server.signal(SIGHUP)
        #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
        #expect(client.ask("RCPT TO:<eve@example.test>")?.hasPrefix("550 5.1.1") == true)
        #expect(client.ask("QUIT")?.hasPrefix("221") == true)
        server.signal(SIGTERM)
        let lines = server.finish().errors.split(separator: "\n")
        #expect(
            lines.contains {
                $0.contains("not reloaded") && $0.contains(":1:1: nam: unknown key; did you mean \\\"name\\\"?")
            }, "\(lines)")
        #expect(lines.count { $0.contains("samotop: reloaded") } == 2, "\(lines)")
        #expect(lines.contains { $0.contains("needs a restart") }, "\(lines)")
    }

    @Test("T13: certificates are taken up at SIGHUP when the new pair is whole, and not before")
    func reloadCertificate() throws {
        let bench = try Bench()
        let tls = bench.place.path + "/tls"
        let pair = try SelfMadeCertificate.pair(in: tls, names: ["one.example.test"])
        try bench.rewrite {
            $0.replacing("tls: none", with: "tls: implicit")
                + "tls: {certificates: [{certificate: \(pair.certificate), key: \(pair.key)}]}\n"
        }
        let server = try bench.serve()
        #expect(try Self.subject(bench.port).contains("one.example.test"))

        let new = try SelfMadeCertificate.make(names: ["two.example.test"], now: Date())
        try LocalFile.write(Array(new.key.utf8), to: pair.key, mode: 0o600)
        server.signal(SIGHUP)
        #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
        #expect(try Self.subject(bench.port).contains("one.example.test"))

        try LocalFile.write(Array(new.certificate.utf8), to: pair.certificate, mode: 0o644)
        server.signal(SIGHUP)
        #expect([bench.notify.next(), bench.notify.next()] == ["RELOADING=1", "READY=1"])
        #expect(try Self.subject(bench.port).contains("two.example.test"))
        server.signal(SIGTERM)
        #expect(server.finish().errors.contains("isn't the key of the first certificate"))
    }

    static func subject(_ port: UInt16) throws -> String {
        let client = try ChildProcess(["s_client", "-connect", "127.0.0.1:\(port)"], program: "openssl")
        return client.lines(until: "subject=").last ?? ""
    }

    @Test("sockets from systemd: LISTEN_FDS, by name")
    func inheritedSocket() throws {
        let bench = try Bench { $0.replacing("listen: 127.0.0.1:", with: "listen: systemd:mx #") }
        let socket = try ListeningSocket.open(try ListenAddress.parse("127.0.0.1:0"))
        defer { close(socket.descriptor) }
        let server = try bench.serve(
            environment: ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "mx"], descriptor: socket.descriptor)
        let client = try #require(LineClient(port: socket.port ?? 0))
        #expect(client.reply()?.hasPrefix("220 mx.example.test") == true)
        #expect(client.ask("QUIT")?.hasPrefix("221") == true)
        server.signal(SIGTERM)
        #expect(server.finish().exit == 0)

        let without = try ChildProcess(
            ["serve", "--as-root", "--config", bench.file], environment: ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "smtp"],
            descriptor: socket.descriptor
        ).finish()
        #expect(without.exit == 78)
        #expect(without.errors.contains("listeners.mx.listen: systemd passed no socket named \"mx\" (passed: smtp)"))
    }

    @Test("sockets that are meant for another process aren't taken")
    func foreignSockets() {
        let mine = ["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "mx:lmtp"]
        #expect(InheritedSockets(environment: mine, process: 42).names == ["lmtp", "mx"])
        #expect(InheritedSockets(environment: mine, process: 43).names == [])
        for count in ["", "-1", "0", "99999999999", "x"] {
            let odd = mine.merging(["LISTEN_FDS": count]) { $1 }
            #expect(InheritedSockets(environment: odd, process: 42).names == [], "\(count)")
        }
    }

    @Test("what was acknowledged before SIGTERM is in its mailboxes when the program ends")
    func drained() throws {
        let bench = try Bench()
        let server = try bench.serve()
        let client = try #require(LineClient(port: bench.port))
        _ = client.reply()
        _ = client.ask("EHLO client.example")
        for number in 1...50 {
            _ = client.ask("MAIL FROM:<carol@client.example>")
            _ = client.ask("RCPT TO:<info@example.test>")
            _ = client.ask("DATA")
            #expect(client.ask("Subject: \(number)\r\n\r\nhello\r\n.")?.hasPrefix("250 ") == true)
        }
        server.signal(SIGTERM)
        #expect(server.finish().exit == 0)
        for folder in ["mail/example.test/ann/new", "bob/new"] {
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(bench.place.path)/state/\(folder)")
            #expect(files.count == 50)
        }
    }

    @Test("a Unix socket with the configured mode; a stale one is no obstacle")
    func unixSocket() throws {
        let bench = try Bench()
        let path = bench.place.path + "/lmtp"
        let more = ["--set", "listeners.lmtp={role: lmtp, listen: 'unix:\(path)', mode: '0600'}"]
        let first = try bench.serve(more)
        #expect(LocalFile.status(path)?.mode == 0o600)
        first.signal(SIGKILL)
        _ = first.finish()
        #expect(LocalFile.status(path)?.isSocket == true)
        let second = try bench.serve(more)
        second.signal(SIGTERM)
        #expect(second.finish().exit == 0)
    }

    @Test(
        "root: refused without a user, else it becomes that user for good", .enabled(if: Workplace.isRoot, "needs root")
    )
    func rights() throws {
        let bench = try Bench()
        let refused = try ChildProcess(["serve", "--config", bench.file]).finish()
        #expect(refused.exit == 78)
        #expect(
            refused.errors.contains(
                "user: missing, and root started samotop; name the user to become, or insist with --as-root"))

        let server = try bench.serve(["--set", "user=nobody"])
        let nobody = try #require(getpwnam("nobody")?.pointee)
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(server.id)/task")
        #expect(tasks.count > 1)
        for task in tasks {
            let file = "/proc/\(server.id)/task/\(task)/status"
            let status = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let user = [String](repeating: "\(nobody.pw_uid)", count: 4).joined(separator: "\t")
            let group = [String](repeating: "\(nobody.pw_gid)", count: 4).joined(separator: "\t")
            #expect(status.contains("Uid:\t\(user)"), "thread \(task)")
            #expect(status.contains("Gid:\t\(group)"), "thread \(task)")
            #expect(status.contains("CapPrm:\t0000000000000000"), "thread \(task)")
            #expect(status.contains("CapEff:\t0000000000000000"), "thread \(task)")
        }
        let state = try #require(LocalFile.status(bench.place.path + "/state"))
        #expect(state.owner == nobody.pw_uid)
        #expect(state.mode == 0o700)
        server.signal(SIGTERM)
        #expect(server.finish().exit == 0)
    }

    @Test(
        "a user that isn't root can't become another",
        .enabled(if: Workplace.isRoot, "needs root to become somebody else"))
    func otherUser() throws {
        let bench = try Bench()
        chmod(bench.place.path, 0o777)
        let run = "exec setpriv --reuid=nobody --clear-groups -- \"$0\" \"$@\""
        let end = try ChildProcess(
            ["-c", run, ChildProcess.samotop, "serve", "--config", bench.file, "--set", "user=daemon"],
            program: "/bin/sh"
        ).finish()
        #expect(end.exit == 78)
        #expect(end.errors.contains("user: only root can become daemon; start samotop as root, or remove the key"))
    }

    @Test("P06: no core, whatever the limit says")
    func noCore() throws {
        let bench = try Bench()
        let root = Workplace.isRoot ? " --as-root" : ""
        let child = try ChildProcess(
            ["-c", "ulimit -c unlimited; exec \"$0\" serve --config \"$1\"\(root)", ChildProcess.samotop, bench.file],
            environment: ["NOTIFY_SOCKET": bench.notify.path], directory: bench.place.path, program: "/bin/sh")
        #expect(bench.notify.next() == "READY=1")
        let limits = try String(contentsOfFile: "/proc/\(child.id)/limits", encoding: .utf8).split(separator: "\n")
        let core = try #require(limits.first { $0.hasPrefix("Max core file size") })
        #expect(core.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
        child.signal(SIGSEGV)
        let end = child.finish()
        #expect(end.signal == SIGSEGV)
        #expect(!end.dumpedCore)
    }

    @Test("the log tells no address unless it may", arguments: ["hidden", "shown"])
    func log(addresses: String) throws {
        let bench = try Bench()
        let server = try bench.serve(["--set", "log={addresses: \(addresses), level: debug, format: json}"])
        let client = try #require(LineClient(port: bench.port))
        _ = client.reply()
        for command in ["EHLO client.example", "MAIL FROM:<carol@client.example>", "RCPT TO:<ann@example.test>"] {
            #expect(client.ask(command)?.hasPrefix("250 ") == true)
        }
        #expect(client.ask("DATA")?.hasPrefix("354") == true)
        #expect(client.ask("Subject: hello\r\n\r\nhello\r\n.")?.hasPrefix("250 ") == true)
        #expect(client.ask("RCPT TO:<eve@example.org>")?.hasPrefix("503 ") == true)
        #expect(client.ask("QUIT")?.hasPrefix("221") == true)
        server.signal(SIGTERM)
        let end = server.finish()
        let lines = end.errors.split(separator: "\n")
        for line in lines {
            _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
            guard !line.contains("\"listen\"") else { continue }
            let tells = line.contains("@") || line.contains("127.0.0.1")
            if addresses == "hidden" { #expect(!tells, "\(line)") }
        }
        #expect(lines.contains { $0.contains("\"message\":\"delivered\"") })
        #expect(lines.contains { $0.contains("carol@client.example") } == (addresses == "shown"))
    }

    @Test("metrics and health over HTTP")
    func metrics() throws {
        let bench = try Bench()
        let port = try Workplace.freePort()
        let server = try bench.serve(["--set", "metrics.listen=\(port)"])
        let client = try #require(LineClient(port: bench.port))
        _ = client.reply()
        _ = client.ask("EHLO client.example")
        _ = client.ask("MAIL FROM:<carol@client.example>")
        _ = client.ask("RCPT TO:<eve@example.org>")
        let http = try #require(LineClient(port: port))
        http.send("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        let answer = http.rest()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\n"))
        #expect(answer.contains("\nsamotop_sessions_total{role=\"mx\"} 1\n"))
        #expect(answer.contains("\nsamotop_sessions_open{role=\"mx\"} 1\n"))
        #expect(answer.contains("\nsamotop_refusals_total{class=\"5yz\",judge=\"relay rule\",stage=\"recipient\"} 1\n"))
        let health = try #require(LineClient(port: port))
        health.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(health.rest().hasSuffix("\nok\n"))
        server.signal(SIGTERM)
        _ = client.ask("QUIT")
        #expect(server.finish().exit == 0)
    }
}
