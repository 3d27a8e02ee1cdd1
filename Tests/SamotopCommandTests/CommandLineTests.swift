#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation
import Testing

@testable import SamotopCommand

@Suite("The command", .serialized)
struct CommandLineTests {
    @Test(
        "I11: check and serve refuse a bad configuration with 78 and a line that names the key",
        arguments: BadConfigurationTests.all)
    func refused(bad: BadConfigurationTests.Bad) throws {
        let place = try Workplace()
        let file = try place.write(bad.text, to: "samotop.yaml")
        for command in ["check", "serve"] {
            let end = try ChildProcess([command, "--config", file]).finish()
            #expect(end.exit == 78, "\(command): \(end.errors)")
            let lines = end.errors.split(separator: "\n")
            let named = lines.filter { $0.hasPrefix(file + ":") && (bad.key.isEmpty || $0.contains(" \(bad.key): ")) }
            #expect(named.contains { $0.contains(bad.words) }, "\(command): \(end.errors)")
            #expect(lines.allSatisfy { $0.hasPrefix(file + ":") }, "\(command): \(end.errors)")
        }
    }

    @Test("a file that isn't there: 78")
    func noFile() throws {
        let end = try ChildProcess(["serve", "--config", "/nowhere/samotop.yaml"]).finish()
        #expect(end.exit == 78)
        #expect(
            end.errors
                == "/nowhere/samotop.yaml: can't read it: No such file or directory; name the file with --config, or start without one: samotop try\n"
        )
    }

    @Test(
        "a wrong command line: 64",
        arguments: [
            ["serv"], ["serve", "--confg", "x"], ["try", "--port-offset", "70000"], ["try", "--port-offset", "x"],
        ])
    func usage(arguments: [String]) throws {
        #expect(try ChildProcess(arguments).finish().exit == 64)
    }

    @Test(
        "version, help and completions: 0",
        arguments: [
            ["version"], ["--version"], ["--help"], ["help", "serve"], ["--generate-completion-script", "bash"],
        ])
    func fine(arguments: [String]) throws {
        let child = try ChildProcess(arguments)
        #expect(child.line() != nil)
        #expect(child.finish().exit == 0)
    }

    @Test("X10: predictable hashing is refused")
    func predictableHashing() throws {
        let place = try Workplace()
        let end = try ChildProcess(try Self.trying(place), environment: ["SWIFT_DETERMINISTIC_HASHING": "1"]).finish()
        #expect(end.exit == 78)
        #expect(end.errors.contains("SWIFT_DETERMINISTIC_HASHING is set"))
    }

    @Test("check finds what the keys name: certificates, folders, ports, users")
    func inspection() throws {
        let place = try Workplace()
        let pair = try SelfMadeCertificate.pair(in: place.path + "/tls", names: ["mx.example.test"])
        let other = try SelfMadeCertificate.pair(in: place.path + "/other", names: ["mx.example.test"])
        let busy = try ListeningSocket.open(try ListenAddress.parse("127.0.0.1:0"))
        defer { close(busy.descriptor) }
        try FileManager.default.createDirectory(
            atPath: place.path + "/open", withIntermediateDirectories: false, attributes: nil)
        chmod(place.path + "/open", 0o777)
        let text = """
            name: mx.example.test
            state: \(place.path)/open
            user: no-such-user
            postmaster: ann@example.test
            listeners:
              mx: {listen: "127.0.0.1:\(busy.port ?? 0)"}
            tls:
              certificates:
                - certificate: \(pair.certificate)
                  key: \(other.key)
                - certificate: \(place.path)/none.pem
                  key: \(pair.key)
            domains:
              example.test:
                mailboxes: {ann: }
            """
        let file = try place.write(text, to: "samotop.yaml")
        let end = try ChildProcess(["check", "--config", file]).finish()
        #expect(end.exit == 78)
        let lines = end.errors.split(separator: "\n").map { $0.replacing(place.path, with: "") }
        #expect(
            lines == [
                "/samotop.yaml:3:7: user: no user \"no-such-user\" on this machine",
                "/samotop.yaml:6:16: listeners.mx.listen: 127.0.0.1:\(busy.port ?? 0) is in use by another program; stop that one, or choose another port",
                "/samotop.yaml:10:12: tls.certificates[0].key: isn't the key of the first certificate in /tls/certificate.pem; name the pair that belongs together",
                "/samotop.yaml:11:20: tls.certificates[1].certificate: can't read /none.pem: No such file or directory; check the path",
            ])

        let without = text.replacing("user: no-such-user\n", with: "")
        let second = try ChildProcess(["check", "--config", try place.write(without, to: "samotop.yaml")]).finish()
        #expect(
            second.errors.contains("state: every user of this machine can write to \(place.path)/open; do chmod o-w"))
    }

    @Test("check is content with a good configuration")
    func good() throws {
        let place = try Workplace()
        let text = SampleConfiguration.text.replacing("/var/lib/samotop", with: place.path + "/state")
            .replacing("/home/bob/Maildir", with: place.path + "/bob").replacing("2525", with: "0")
        let child = try ChildProcess(["check", "--config", try place.write(text, to: "samotop.yaml")])
        #expect(child.line()?.hasSuffix("fit to serve with") == true)
        let end = child.finish()
        #expect(end.exit == 0)
        #expect(end.errors == "")
        #expect(!FileManager.default.fileExists(atPath: place.path + "/state"))
    }

    @Test("I10: a second samotop on the same state folder: 75; after kill -9 none is in the way")
    func lock() throws {
        let place = try Workplace()
        let first = try ChildProcess(try Self.trying(place))
        #expect(first.lines(until: "curl").count > 5)
        let second = try ChildProcess(try Self.trying(place)).finish()
        #expect(second.exit == 75)
        #expect(second.errors.contains("another samotop serves with \(place.path)/try"))
        first.signal(SIGKILL)
        #expect(first.finish().signal == SIGKILL)
        let third = try ChildProcess(try Self.trying(place))
        #expect(third.lines(until: "curl").count > 5, "\(third.finish().errors)")
    }

    @Test("try: a busy port is told with the way around it")
    func busyPort() throws {
        let place = try Workplace()
        let busy = try ListeningSocket.open(try ListenAddress.parse("127.0.0.1:0"))
        defer { close(busy.descriptor) }
        let offset = Int(busy.port ?? 0) - 25
        let end = try ChildProcess(["try", "--directory", place.path, "--port-offset", "\(offset)"]).finish()
        #expect(end.exit == 1)
        #expect(
            end.errors.contains(
                "port \(busy.port ?? 0) of 127.0.0.1: another program uses it; choose another port: samotop try --port-offset"
            ))
    }

    static func trying(_ place: Workplace) throws -> [String] {
        ["try", "--directory", place.path + "/try", "--port-offset", "\(Int(try Workplace.freePort()) - 25)"]
    }

    @Test(
        "try: the commands it prints bring a message each, once the stranger is welcome",
        .enabled(if: Workplace.has("swaks") && Workplace.has("curl"), "needs swaks and curl"))
    func trying() throws {
        let place = try Workplace()
        let server = try ChildProcess(
            ["try", "--port-offset", "\(Int(try Workplace.freePort()) - 25)"], directory: place.path)
        let welcome = server.lines(until: "curl")
        let commands = welcome.filter { $0.hasPrefix("  ") }
        #expect(commands.count == 2)
        let link = try #require(server.lines(until: "/link/").last).trimmingCharacters(in: .whitespaces)
        let stranger = try ChildProcess(["-c", commands[0]], directory: place.path, program: "/bin/sh")
        #expect(stranger.finish().exit != 0)
        #expect(server.lines(until: "client gone").contains { $0.contains("S: 450 4.7.1") })
        #expect(try letIn(link, place) == "303")
        for command in commands {
            let sender = try ChildProcess(["-c", command], directory: place.path, program: "/bin/sh")
            let end = sender.finish()
            #expect(end.exit == 0, "\(end.errors)")
            var session = server.lines(until: "client gone")
            // The mailbox is written behind the journal: the file may come later than the session's end.
            if !session.contains(where: { $0.hasPrefix("New mail: ") }) { session += server.lines(until: "New mail: ") }
            #expect(session.contains { $0.contains("C: MAIL FROM:<carol@example.com>") })
            #expect(session.contains { $0.contains("TLS begins (TLSv1.3") })
            let arrival = try #require(session.first { $0.hasPrefix("New mail: ") })
            let file = place.path + "/" + arrival.dropFirst(10)
            let message = try String(contentsOfFile: file, encoding: .utf8)
            #expect(message.contains("Subject: Hello\n"))
            #expect(message.contains("A first message."))
        }
        server.signal(SIGTERM)
        let end = server.finish()
        #expect(end.exit == 0)
        #expect(end.errors == "")
    }

    /// Signs in by the link, and welcomes the one who waits; the status of the answer to that.
    private func letIn(_ link: String, _ place: Workplace) throws -> String {
        let origin = try #require(link.split(separator: "/link/").first)
        let script = """
            set -e
            ask() { curl --silent --show-error --cookie jar --cookie-jar jar --header 'Origin: \(origin)' "$@"; }
            ask --request POST '\(link)' > /dev/null
            ask '\(origin)/' > page
            field() { sed -n 's/.*name="'"$1"'" value="\\([^"]*\\)".*/\\1/p' page | head -1; }
            decide=$(grep -o '/contacts/[a-z0-9]*/decide' page | head -1)
            ask --output /dev/null --write-out '%{http_code}\\n' --data-urlencode "token=$(field token)" \
                --data-urlencode 'as=network 127.0.0.0/24' --data back=new --data do=welcome '\(origin)'"$decide"
            """
        let child = try ChildProcess(["-c", script], directory: place.path, program: "/bin/sh")
        let status = child.line() ?? ""
        #expect(child.finish().exit == 0)
        return status
    }
}
