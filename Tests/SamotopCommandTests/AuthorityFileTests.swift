import Foundation
import Testing
import TransportSecurity

@testable import SamotopCommand

@Suite("Who vouches for other servers")
struct AuthorityFileTests {
    private static func configuration(_ file: String? = nil) throws -> Configuration {
        let relay = file.map { "relay: {ca-file: \($0)}" } ?? "relay: {}"
        return try ConfigurationTests.read(SampleConfiguration.with("", relay))
    }

    private static func authority(_ place: Workplace, _ name: String = "ca.pem") throws -> String {
        let made = try SelfMadeCertificate.make(names: ["ca.test"], now: Date())
        return try place.write(made.certificate + made.certificate, to: name)
    }

    @Test("a file that is named counts alone")
    func named() throws {
        let place = try Workplace()
        let path = try Self.authority(place)
        let configuration = try Self.configuration(path)
        let file = try #require(try AuthorityFile.ofServers(configuration, usual: []))
        #expect(file.path == path && file.anchors.count == 2)
        #expect(AuthorityFile.problems(configuration) == [])
        #expect(AuthorityChecks.findings(configuration, usual: []) == [.ok("authorities", "2 in \(path)")])
    }

    @Test("without one the usual places are looked at in turn; what has no certificate is none")
    func usual() throws {
        let place = try Workplace()
        let empty = try place.write("nobody\n", to: "empty.pem")
        let (first, second) = (try Self.authority(place, "first.pem"), try Self.authority(place, "second.pem"))
        let configuration = try Self.configuration()
        let paths = [place.path + "/missing.pem", empty, first, second]
        #expect(try AuthorityFile.ofServers(configuration, usual: paths)?.path == first)
    }

    @Test("where there is none, the doctor says what it means, and what to do")
    func none() throws {
        let configuration = try Self.configuration()
        #expect(try AuthorityFile.ofServers(configuration, usual: ["/nowhere/ca.pem"]) == nil)
        let finding = try #require(AuthorityChecks.findings(configuration, usual: []).first)
        #expect(finding.status == .warning && finding.text.contains("mail waits"))
        #expect(finding.remedy?.contains("relay.ca-file") == true)
        // Who sends nothing needs none.
        let receiving = try ConfigurationTests.read(SampleConfiguration.text)
        #expect(AuthorityChecks.findings(receiving, usual: []) == [])
    }

    @Test(
        "one that is named and can't be read, or has no certificate, keeps the server from starting",
        arguments: [("missing.pem", "No such file"), ("empty.pem", "no certificate can be read from it")])
    func refused(name: String, words: String) throws {
        let place = try Workplace()
        try place.write("nobody\n", to: "empty.pem")
        let configuration = try Self.configuration("\(place.path)/\(name)")
        let problem = try #require(AuthorityFile.problems(configuration).first)
        #expect(problem.key == "relay.ca-file" && "\(problem)".contains(words), "\(problem)")
        let failure = #expect(throws: StartFailure.self) {
            try AuthorityFile.ofServers(configuration, usual: [try Self.authority(place)])
        }
        #expect(failure?.status == ExitStatus.configuration)
        #expect(AuthorityChecks.findings(configuration, usual: []) == [])
    }
}
