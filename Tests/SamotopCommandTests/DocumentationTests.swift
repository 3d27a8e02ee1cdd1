import Foundation
import Testing

@testable import SamotopCommand

@Suite("What we hand out")
struct DocumentationTests {
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Workplace.repository)/\(path)", encoding: .utf8)
    }

    @Test("etc/samotop.yaml is read without fault, and shows the defaults")
    func example() throws {
        let configuration = try ConfigurationTests.read(try Self.text("etc/samotop.yaml"))
        #expect(configuration.limits == LimitSettings())
        #expect(configuration.timeouts == TimeoutSettings())
        #expect(configuration.prudence == PrudenceSettings())
        #expect(configuration.trace == TraceSettings())
        #expect(configuration.privacy == PrivacySettings())
        #expect(configuration.log == LogSettings())
        #expect(configuration.account == AccountSettings())
        #expect(configuration.metrics == nil)
        #expect(configuration.tls.minimumVersion == TLSSettings().minimumVersion)
        let listener = try #require(configuration.listeners.first)
        #expect(listener == ListenerSettings(name: "mx", addresses: listener.addresses))
    }

    @Test("etc/samotop.yaml is read without fault when all that it shows is written, too")
    func wholeExample() throws {
        let folder = try Workplace()
        let text = AnnotatedSample(try Self.text("etc/samotop.yaml")).whole
            .replacing("/etc/samotop/addresses", with: folder.path)
            // A fingerprint that is cut short for its readers.
            .replacing("5F:2C:…", with: Array(repeating: "5F", count: 32).joined(separator: ":"))
        #expect(ConfigurationTests.problems(text) == [])
    }

    /// Paths of sections.
    static let sections: [String] = [
        "", "privacy", "log", "metrics", "listeners.mx", "tls", "limits", "timeouts", "prudence", "trace", "dns",
        "authentication",
        "contacts", "contacts.requests", "contacts.greylisting", "web", "relay", "relay.queue", "relay.webhooks.crm",
        "relay.routes.provider", "relay.queue.destinations.provider",
        "mta-sts", "autoconfig", "tls.acme", "submission", "submission.failed-tries",
        "submission.client-certificates", "submission.oauth", "encryption",
        "domains.\"example.test\"",
    ]

    @Test("etc/samotop.yaml shows every key there is, in its section", arguments: sections)
    func everyKey(section: String) throws {
        let key = section.isEmpty ? "qqqqqqqqqqqqqqqq" : "\(section).qqqqqqqqqqqqqqqq"
        let problems = ConfigurationTests.problems(SampleConfiguration.text, arguments: ["\(key)=1"])
        let line = try #require(problems.first { $0.contains("known here: ") })
        let known = try #require(line.split(separator: "known here: ").last).split(separator: ", ")
        #expect(known.count >= 1)
        let sample = AnnotatedSample(try Self.text("etc/samotop.yaml"))
        let path = section.replacing("\"example.test\"", with: "*").split(separator: ".").map {
            ["mx", "crm"].contains($0) ? "*" : String($0)
        }
        for key in known { #expect(sample.shows(key, in: path), "\(section): \(key)") }
    }

    @Test("the manual page names every command and option")
    func manual() throws {
        let dump = try ChildProcess(["--experimental-dump-help"])
        var text = ""
        while let line = dump.line() { text += line }
        let help = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let manual = try Self.text("docs/man/samotop.1").replacing("\\-", with: "-")
        var count = 0
        func look(_ command: [String: Any]) {
            let name = command["commandName"] as? String ?? ""
            #expect(
                manual.contains("\\fB\(name)\\fR") || manual.contains(".B \(name)") || manual.contains(".BR \(name) "),
                "\(name)")
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                for name in argument["names"] as? [[String: Any]] ?? [] {
                    let dashes = name["kind"] as? String == "short" ? "-" : "--"
                    let option = dashes + (name["name"] as? String ?? "?")
                    #expect(manual.contains(option), "\(option)")
                    count += 1
                }
            }
            for inner in command["subcommands"] as? [[String: Any]] ?? [] { look(inner) }
        }
        look(try #require(help["command"] as? [String: Any]))
        #expect(count > 10)
        for status in ["0", "1", "64", "75", "78"] { #expect(manual.contains("\n.B \(status)\n")) }
    }

    @Test("the systemd units are well-formed", .enabled(if: Workplace.has("systemd-analyze"), "needs systemd-analyze"))
    func units() throws {
        let place = try Workplace()
        let service = try Self.text("etc/systemd/samotop.service").replacing(
            "/usr/bin/samotop", with: ChildProcess.samotop)
        let files = [
            try place.write(service, to: "samotop.service", mode: 0o644),
            try place.write(try Self.text("etc/systemd/samotop.socket"), to: "samotop.socket", mode: 0o644),
        ]
        let end = try ChildProcess(["verify", "--man=no"] + files, program: "systemd-analyze").finish()
        #expect(end.exit == 0, "\(end.errors)")
        #expect(!end.errors.contains("samotop."), "\(end.errors)")
    }
}
