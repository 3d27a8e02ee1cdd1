import SamotopQueue
import Testing

@testable import SamotopCommand

@Suite("relay.queue.hold: what waits for a person")
struct HoldRuleSettingsTests {
    private func text(_ rule: String) -> String {
        SampleConfiguration.text + "relay: {queue: {hold: {mine: {\(rule)}}}}\n"
    }

    @Test("Each condition is read as it is written")
    func read() throws {
        let written = "to: [Example.net, .example.com], accounts: [Zoe@example.org], above: 25MiB"
        let rules = try ConfigurationTests.read(text(written)).relay.queue.hold
        let rule = try #require(rules.first)
        #expect(rules.count == 1 && rule.name == "mine")
        #expect(rule.domains == ["example.net", ".example.com"] && rule.accounts == ["zoe@example.org"])
        #expect(rule.above == 25 << 20)
        #expect(try ConfigurationTests.read(SampleConfiguration.text).relay.queue.hold.isEmpty)
    }

    @Test(
        "A rule without conditions would hold everything, and one that can't be read nothing: both are refused",
        arguments: [
            ("", "write to, accounts, above"), ("to: [localhost]", "not a domain name"), ("above: much", "above"),
            ("accounts: [zoe]", "not an account"), ("domains: [example.net]", "domains"),
        ])
    func refused(_ rule: String, _ words: String) {
        let problems = ConfigurationTests.problems(text(rule))
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }
}
