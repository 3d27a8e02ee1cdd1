import SamotopJournal
import Testing

@testable import SamotopCommand

@Suite("Configuration")
struct ConfigurationTests {
    static func read(
        _ text: String, arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> Configuration {
        try ConfigurationReader.read(
            Array(text.utf8), name: "samotop.yaml", arguments: arguments, environment: environment)
    }

    static func problems(
        _ text: String, arguments: [String] = [], environment: [String: String] = [:]
    ) -> [String] {
        do {
            _ = try read(text, arguments: arguments, environment: environment)
            return []
        } catch let error as InvalidConfiguration {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("values, and defaults for what isn't written")
    func values() throws {
        let configuration = try Self.read(SampleConfiguration.text)
        #expect(configuration.name == "mx.example.test")
        #expect(configuration.state == "/var/lib/samotop")
        #expect(configuration.postmaster == MailboxName(domain: "example.test", localPart: "ann"))
        #expect(configuration.listeners.map(\.name) == ["mx"])
        #expect(configuration.listeners.first?.addresses.map(\.description) == ["127.0.0.1:2525"])
        #expect(configuration.limits == LimitSettings())
        #expect(configuration.timeouts == TimeoutSettings())
        #expect(configuration.prudence == PrudenceSettings())
        #expect(configuration.log.addresses == .hidden)
        #expect(configuration.metrics == nil)
        let domain = try #require(configuration.domains.first)
        #expect(domain.mailboxes.map(\.directory) == [nil, "/home/bob/Maildir"])
        #expect(domain.aliases.first?.targets.map(\.description) == ["ann@example.test", "bob@example.test"])
        #expect(configuration.places["listeners.mx.tls"] == .file("samotop.yaml", line: 7, column: 10))
    }

    @Test("a bad value: file, line, column, key, what to write")
    func message() {
        let text = SampleConfiguration.with("tls: none", "tls: maybe")
        #expect(
            Self.problems(text) == [
                "samotop.yaml:7:10: listeners.mx.tls: unknown value \"maybe\"; use none, starttls or implicit"
            ])
    }

    @Test("every problem is told in one run, in the file's order")
    func all() {
        let text = """
            name: localhost
            stat: /var/lib/samotop
            listeners:
              mx:
                listen: "0.0.0.0:99999"
                tls: sometimes
                role: [mx]
            limits: 12
            timeouts: {command: 5 minutes, colour: red}
            """
        let problems = Self.problems(text)
        #expect(
            problems.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "samotop.yaml:1:1: state:", "samotop.yaml:1:1: domains:", "samotop.yaml:1:1: postmaster:",
                "samotop.yaml:1:7: name:", "samotop.yaml:2:1: stat:", "samotop.yaml:5:13: listeners.mx.listen:",
                "samotop.yaml:6:10: listeners.mx.tls:", "samotop.yaml:7:11: listeners.mx.role:",
                "samotop.yaml:8:9: limits:", "samotop.yaml:9:21: timeouts.command:",
                "samotop.yaml:9:32: timeouts.colour:",
            ], "\(problems.joined(separator: "\n"))")
        #expect(problems.contains { $0.contains("stat: unknown key; did you mean \"state\"?") })
    }

    @Test("The room of the journal, and what of it may wait") func journalRoom() {
        var limits = LimitSettings()
        limits.journal = 128 << 20
        let settings = MailServiceFactory.journal(limits)
        #expect(settings.journal.maximumSegments * settings.journal.segmentSize == 128 << 20)
        #expect(settings.maximumBacklog == 96 << 20)
        #expect(MailServiceFactory.journal(LimitSettings()) == JournaledDelivery.Settings())
    }

    @Test("other programs' socket: its place, its group, its mode; an unknown group is told")
    func authSocket() throws {
        let text =
            SetupTests.plan("/srv/mail").configuration
            + "\nsubmission: {auth-socket: /run/samotop/auth, auth-socket-group: no-such-group}\n"
        let configuration = try Self.read(text)
        #expect(configuration.submission.authSocket == "/run/samotop/auth")
        #expect(configuration.submission.authSocketGroup == "no-such-group")
        #expect(configuration.submission.authSocketMode == 0o660)
        let problem = try #require(AuthSocketOwner.problems(configuration).first)
        #expect("\(problem)".contains("no group \"no-such-group\" on this machine"))
        #expect(throws: StartFailure.self) { try AuthSocketOwner.give(configuration, to: nil) }
    }

    @Test("file, then environment, then --set; the message names who said it")
    func overrides() throws {
        let configuration = try Self.read(
            SampleConfiguration.text,
            arguments: [
                "log.level=debug", "listeners.lmtp={role: lmtp, listen: 'unix:/run/lmtp'}",
                "domains.\"example.test\".require-tls=true", "listeners.mx.listen=127.0.0.1:2526",
            ],
            environment: [
                "SAMOTOP_LOG__LEVEL": "error", "SAMOTOP_LIMITS__MESSAGE_SIZE": "1MiB", "HOME": "/",
                "SAMOTOP_PASSWORD": "x", "SAMOTOP_TOKEN": "x",
                "SAMOTOP_LISTENERS__MX__LISTEN": "127.0.0.1:1",
            ])
        #expect(configuration.log.level == .debug)
        #expect(configuration.limits.messageSize == 1 << 20)
        #expect(configuration.domains.first?.requireTLS == true)
        #expect(configuration.listeners.map(\.name) == ["mx", "lmtp"])
        #expect(configuration.listeners.first?.addresses.map(\.description) == ["127.0.0.1:2526"])

        #expect(
            Self.problems(
                SampleConfiguration.text, arguments: ["log.levle=debug", "log", "name.first=x", "log.format=[a"]
            ) == [
                "--set log: write KEY=VALUE, for example log.level=debug",
                "--set name.first=x: name.first: a part of this key stands for a single value or a list, not for a section",
                "--set log.format=[a: log.format: not readable as YAML; put quotes around the value",
                "--set log.levle=debug: log.levle: unknown key; did you mean \"level\"?",
            ])
        let problems = Self.problems(SampleConfiguration.text, environment: ["SAMOTOP_LIMITS__ERRORS": "0"])
        #expect(problems == ["SAMOTOP_LIMITS__ERRORS: limits.errors: 0 is out of range; use 1 to 1000"])
    }

    @Test(
        "sizes", arguments: [("65536", 65_536), ("64KiB", 65_536), ("50MiB", 52_428_800), ("1GiB", 1_073_741_824)])
    func sizes(text: String, octets: Int) throws {
        #expect(try Quantity.size(in: 0...1 << 40)(text) == octets)
    }

    @Test(
        "no sizes",
        arguments: [
            "", "MiB", "50 MiB", "50MB", "-1", "1.5MiB", "+5", "0x10", "9223372036854775807GiB", "99999999999999999999",
        ])
    func noSizes(text: String) {
        #expect(throws: Unfit.self) { try Quantity.size(in: 0...1 << 40)(text) }
    }

    @Test(
        "times",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
        ])
    func times(text: String, duration: Duration) throws {
        #expect(try Quantity.duration(in: .zero...(.seconds(86_400)))(text) == duration)
        #expect(Quantity.written(duration) == text)
    }

    @Test("no times", arguments: ["", "30", "s", "5 m", "-1s", "1d", "1e3s", "9223372036854775807h", "25h"])
    func noTimes(text: String) {
        #expect(throws: Unfit.self) { try Quantity.duration(in: .zero...(.seconds(86_400)))(text) }
    }

    @Test(
        "addresses to listen at",
        arguments: [
            "0.0.0.0:25", "[::]:25", "[2001:db8::1]:465", "unix:/run/samotop/lmtp", "systemd:mx", "127.0.0.1:0",
        ])
    func addresses(text: String) throws {
        #expect(try ListenAddress.parse(text).description == text)
    }

    @Test(
        "no addresses to listen at",
        arguments: [
            "", "25", "localhost:25", "::1:25", "[127.0.0.1]:25", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
            "127.0.0.1:+25", "127.1:25", "[::1%lo]:25", "unix:relative", "unix:", "systemd:", "[::1:25",
            "unix:/" + String(repeating: "x", count: 107),
        ])
    func noAddresses(text: String) {
        #expect(throws: Unfit.self) { try ListenAddress.parse(text) }
    }

    @Test(
        "networks",
        arguments: [
            ("10.0.0.0/8", true), ("192.0.2.1", true), ("2001:db8::/32", true), ("0.0.0.0/0", true),
            ("10.0.0.1/8", false), ("10.0.0.0/33", false), ("2001:db8::/129", false), ("ten/8", false),
            ("10.0.0.0/", false),
            ("10.0.0.0/+8", false), ("10.0.0.128/25", true), ("10.0.0.64/25", false),
        ])
    func networks(text: String, isFine: Bool) {
        let network = try? Network.parse(text)
        #expect((network != nil) == isFine)
    }

    @Test(
        "did you mean",
        arguments: [("listn", "listen"), ("lsiten", "listen"), ("tsl", "tls"), ("requiretls", "require-tls")])
    func suggestions(written: String, meant: String) {
        #expect(Suggestion.nearest(to: written, in: ["listen", "tls", "role", "require-tls"]) == meant)
    }

    @Test("no far-fetched suggestion", arguments: ["x", "certificates", "banana", ""])
    func noSuggestions(written: String) {
        #expect(Suggestion.nearest(to: written, in: ["listen", "tls", "role", "require-tls"]) == nil)
    }
}
