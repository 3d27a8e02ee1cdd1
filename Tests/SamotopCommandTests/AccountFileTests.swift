import SMTP
import SamotopAccounts
import SamotopSubmission
import Testing
import TransportSecurity

@testable import SamotopCommand

@Suite("Accounts") struct AccountFileTests {
    static let hash = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE"

    @Test("A file from before SCRAM is read; what is wrong names its line")
    func old() throws {
        let file = try AccountFile(Array("# comment\n\nAnn@example.test:\(Self.hash):admin\nbob@example.test::\n".utf8))
        let ann = try #require(file["ann@example.test"])
        #expect(ann.isAdministrator && ann.secrets.password?.text == Self.hash && ann.secrets.keys.isEmpty)
        #expect(file["bob@example.test"]?.secrets.isEmpty == true)
        for bad in ["x", "x:", ":::", "x:nonsense:", "x::boss", "x:::nonsense"] {
            let failure = #expect(throws: AccountFile.Failure.self) { try AccountFile(Array("# 1\n\(bad)\n".utf8)) }
            #expect(failure?.line == 2)
        }
    }

    @Test("Certificates stand behind the rest of a line, are written back, and what is none names its line")
    func certificates() async throws {
        let digits = String(repeating: "0a", count: 32)
        let line = "ann@example.test:\(Self.hash):admin:$x509-sha256$\(digits)\n"
        let file = try AccountFile(Array(line.utf8))
        let ann = try #require(file["ann@example.test"])
        #expect(ann.certificates.map(\.description) == [digits] && ann.secrets.password != nil)
        let place = try Workplace()
        let path = try place.write(line, to: "accounts", mode: 0o600)
        try file.write(path)
        #expect(try AccountFile.read(path) == file)
        let failure = #expect(throws: AccountFile.Failure.self) { try AccountFile(Array("a:::$x509-sha256$0a\n".utf8)) }
        #expect(failure?.line == 1)
    }

    @Test("Accounts have certificates by the file and by the configuration, as long as there is a mailbox")
    func pins() async throws {
        let (made, written) = (String(repeating: "0a", count: 32), String(repeating: "0B:", count: 32).dropLast())
        let place = try Workplace()
        let path = try place.write(
            "ann@example.test:::$x509-sha256$\(made)\nzoe@example.test:::$x509-sha256$\(made)\n", to: "accounts",
            mode: 0o600)
        let text =
            SampleConfiguration.with("tls: none", "role: submission") + BadConfigurationTests.tls
                + """

                relay: {}
                submission: {client-certificates: {accounts: {Bob@example.test: {certificates: ["SHA256:\(written)"]}}}}
                web: {accounts: "\(path)"}

                """
        let book = try book(text)
        let first = try #require(Fingerprint(made))
        let second = try #require(Fingerprint(String(written)))
        #expect(try await book.names(withCertificate: first) == ["ann@example.test"])
        #expect(try await book.names(withCertificate: second) == ["bob@example.test"])
        #expect(try await book.names(withCertificate: Fingerprint(of: [])) == [])
    }

    private func book(_ text: String) throws -> AccountBook {
        let configuration = try ConfigurationTests.read(text)
        return AccountBook(configuration, try MailboxesFactory.directory(configuration))
    }

    @Test("An account owns its mailbox, the aliases that lead there, postmaster if it is theirs, and what is added")
    func owned() throws {
        let text =
            SampleConfiguration.with("tls: none", "role: submission")
            + BadConfigurationTests.tls
            + "\nrelay: {}\nsubmission: {addresses: {Bob@example.test: [x@other.test, '@bob.test']}}\n"
        let book = try book(text)
        func owns(_ account: String, _ address: String) -> Bool {
            Mailbox(address).map { book.addresses(of: account)?.contains($0) == true } ?? false
        }
        for address in ["ann@example.test", "info@example.test", "postmaster@example.test", "ANN@Example.Test"] {
            #expect(owns("ann@example.test", address), "\(address)")
        }
        for address in ["bob@example.test", "x@other.test", "any@bob.test", "eve@example.test"] {
            #expect(!owns("ann@example.test", address), "\(address)")
        }
        for address in ["bob@example.test", "info@example.test", "x@other.test", "any@bob.test"] {
            #expect(owns("bob@example.test", address), "\(address)")
        }
        #expect(!owns("bob@example.test", "postmaster@example.test"))
        #expect(book.addresses(of: "info@example.test") == nil)
    }

    @Test(
        "An account owns what comes to its mailbox by patterns, through aliases of aliases, and as the rest of a domain"
    )
    func ownedByConvention() throws {
        let more =
            "patterns: {\"ann+{tag}\": {to: ann, folder: \"{tag}\"}}\neveryone-else: bob\naliases:\n  all: [info]"
        let text = SampleConfiguration.with("aliases:", more)
        let book = try book(text)
        func owns(_ account: String, _ address: String) -> Bool {
            Mailbox(address).map { book.addresses(of: account)?.contains($0) == true } ?? false
        }
        #expect(owns("ann@example.test", "ann+shop@example.test"))
        #expect(!owns("bob@example.test", "ann+shop@example.test"))
        #expect(owns("ann@example.test", "all@example.test") && owns("bob@example.test", "all@example.test"))
        #expect(owns("bob@example.test", "whoever@example.test"))
        #expect(!owns("ann@example.test", "whoever@example.test"))
        #expect(!owns("bob@example.test", "ann@other.test"))
    }

    @Test("A listener for submission asks for TLS by itself, and shows the defaults")
    func defaults() throws {
        let configuration = try ConfigurationTests.read(
            SampleConfiguration.with("tls: none", "role: submission") + BadConfigurationTests.tls + "\nrelay: {}\n")
        #expect(configuration.listeners.first?.requireTLS == true)
        #expect(configuration.submission == SubmissionSettings())
        #expect(configuration.submission.privacy == .on)
    }
}
