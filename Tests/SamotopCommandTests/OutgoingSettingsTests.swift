import SMTP
import SamotopClient
import SamotopQueue
import SamotopRelay
import Testing

@testable import SamotopCommand

@Suite("Routes and destinations in the configuration")
struct OutgoingSettingsTests {
    private static let provider = "domains: [\"*\"], smtp: smtp.example.net:587"

    private func text(_ relay: String) -> String { SampleConfiguration.text + "relay: {\(relay)}\n" }

    private func account(_ keys: String) throws -> RouteAccount? {
        try ConfigurationTests.read(text("routes: {provider: {\(Self.provider), \(keys)}}")).relay.routes.first?.account
    }

    private func problem(_ relay: String) throws -> String {
        let problems = ConfigurationTests.problems(text(relay))
        #expect(problems.count == 1, "\(problems)")
        return try #require(problems.first)
    }

    // MARK: who we are to a route's servers

    @Test("A password or a token, and the mechanisms in their order")
    func accounts() throws {
        let password = try #require(try account("user: ann, password-file: /p"))
        #expect(password.user == "ann" && password.secret == .password(file: "/p") && password.mechanisms == nil)
        let ordered = try account("user: ann, password-file: /p, mechanisms: [PLAIN, SCRAM-SHA-256]")
        #expect(ordered?.mechanisms == [.plain, .scramSHA256])
        let token = try account("user: ann, token-file: /t, mechanisms: XOAUTH2")
        #expect(token?.secret == .token(file: "/t") && token?.mechanisms == [.xoauth2])
        #expect(try account("tls: implicit") == nil)
    }

    @Test(
        "What says too little, or too much, is told",
        arguments: [
            ("user: ann", ".user: ", "belong together"), ("token-file: /t", ".user: ", "belong together"),
            ("user: ann, password-file: /p, token-file: /t", ".token-file: ", "write one of them"),
            ("mechanisms: [PLAIN]", ".mechanisms: ", "nobody signs in"),
            ("user: ann, password-file: /p, mechanisms: []", ".mechanisms: ", "name one, or remove the key"),
            ("user: ann, password-file: /p, mechanisms: [CRAM-MD5]", ".mechanisms[0]: ", "use SCRAM-SHA-256-PLUS, "),
            (
                "user: ann, token-file: /t, mechanisms: [OAUTHBEARER, PLAIN]", ".mechanisms: ",
                "PLAIN goes by a password, not by token-file; use OAUTHBEARER, XOAUTH2"
            ),
            ("user: ann, password-file: /p, mechanisms: [EXTERNAL]", ".mechanisms: ", "EXTERNAL goes by a certificate"),
        ])
    func unfitAccounts(_ keys: String, _ key: String, _ words: String) throws {
        let problem = try problem("routes: {provider: {\(Self.provider), \(keys)}}")
        #expect(problem.hasPrefix("samotop.yaml:15:") && problem.contains("relay.routes.provider\(key)"), "\(problem)")
        #expect(problem.contains(words), "\(problem)")
    }

    @Test("A token is read for each connection; a file that isn't there is told at the start")
    func tokens() async throws {
        let place = try Workplace()
        let file = try place.write("first\n", to: "token")
        let written = text("routes: {provider: {\(Self.provider), user: ann, token-file: \(file)}}")
        let route = try #require(try OutgoingRoutes(ConfigurationTests.read(written)).table.routes["provider"])
        guard case .freshBearer("ann", let token)? = route.authentication?.credentials else {
            return #expect(Bool(false), "no token")
        }
        #expect(try await token() == "first")
        try place.write("second\n", to: "token")
        #expect(try await token() == "second")
        let missing = try ConfigurationTests.read(written.replacing(file, with: "/nonexistent/token"))
        let failure = #expect(throws: StartFailure.self) { try OutgoingRoutes(missing) }
        let line = try #require(failure?.lines.first)
        #expect(line.contains("relay.routes.provider.token-file: can't read /nonexistent/token"))
    }

    // MARK: destinations that differ

    @Test("What isn't said of a destination is as of the others")
    func destinations() throws {
        let queue = try ConfigurationTests.read(
            text(
                """
                routes: {Provider: {domains: [.example.net], smtp: 192.0.2.1}}, queue: {destinations: {
                  Example.COM: {deliveries: 2, interval: 5s}, example.org: {interval: 100ms}, Provider: {deliveries: 1}}}
                """)
        ).relay.queue
        #expect(queue.destinations.keys.sorted() == ["Provider", "example.com", "example.org"])
        var others = DestinationLimits()
        others.maximumJobs = 7
        let all = queue.destinations.mapValues { $0.limits(others) }
        #expect(all["example.com"]?.maximumJobs == 2 && all["example.com"]?.interval == .seconds(5))
        #expect(all["example.org"]?.maximumJobs == 7 && all["example.org"]?.interval == .milliseconds(100))
        #expect(all["Provider"]?.maximumJobs == 1 && all["Provider"]?.interval == .zero)
    }

    @Test(
        "Bad names and numbers are told, with their line",
        arguments: [
            ("localhost: {deliveries: 2}", "destinations.localhost: ", "not a domain name"),
            ("\"a b.test\": {deliveries: 2}", "destinations.\"a b.test\": ", "not a domain name"),
            ("a.test: {deliveries: 0}", "destinations.\"a.test\".deliveries: ", "0 is out of range; use 1 to 1000"),
            ("a.test: {deliveries: -2}", "destinations.\"a.test\".deliveries: ", "-2 is out of range"),
            ("a.test: {interval: 0s}", "destinations.\"a.test\".interval: ", "0s is out of range; use 1ms to 1h"),
            ("a.test: {interval: 5}", "destinations.\"a.test\".interval: ", "not a time"),
            ("a.test: {}", "destinations.\"a.test\": ", "write deliveries, interval, or both"),
            ("a.test: {pause: 5s}", "destinations.\"a.test\".pause: ", "known here: deliveries, interval"),
            ("a.test: {deliveries: 1}, A.test: {deliveries: 2}", "destinations.\"A.test\": ", "the same domain as"),
            ("b.far.test: {deliveries: 2}", "destinations.\"b.far.test\": ", "goes by the route \"other\""),
        ])
    func unfitDestinations(_ destinations: String, _ key: String, _ words: String) throws {
        let problem = try problem(
            "routes: {other: {domains: [.far.test], smtp: 192.0.2.1}}, queue: {destinations: {\(destinations)}}")
        #expect(problem.hasPrefix("samotop.yaml:15:") && problem.contains("relay.queue.\(key)"), "\(problem)")
        #expect(problem.contains(words), "\(problem)")
    }
}
