import Foundation
import NameResolution
import SamotopAccounts
import Testing

@testable import SamotopCommand

@Suite("Setting up")
struct SetupTests {
    static func plan(_ root: String, directory: String? = ACMESettings.letsEncrypt) -> SetupPlan {
        var plan = SetupPlan(
            address: MailboxName(domain: "example.org", localPart: "ann"), host: "mx.example.org", root: root,
            month: "202611")
        plan.directory = directory
        return plan
    }

    static let addresses = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }

    static func setup(_ plan: SetupPlan) -> Setup {
        Setup(plan: plan, addresses: addresses, program: "/usr/bin/samotop")
    }

    /// Every path below a folder, with its mode.
    static func tree(_ path: String) throws -> [String] {
        let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return try below.sorted().map { name in
            let mode =
                try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? NSNumber
            return "\(name) \(String(mode?.intValue ?? 0, radix: 8))"
        }
    }

    @Test("makes what a server needs, each for whom it concerns") func made() throws {
        let place = try Workplace()
        let made = try Self.setup(Self.plan(place.path)).run()
        let tree = try Self.tree(place.path)
        for wanted in [
            "etc/samotop/samotop.yaml 644", "etc/samotop/example.org.zone 644",
            "etc/systemd/system/samotop.service 644",
            "var/lib/samotop 700", "var/lib/samotop/accounts 600", "var/lib/samotop/acme 700",
            "var/lib/samotop/acme/certificate.pem 600", "var/lib/samotop/acme/account-key.pem 600",
            "var/lib/samotop/dkim/rsa202611._domainkey.example.org.pem 600",
            "var/lib/samotop/dkim/ed202611._domainkey.example.org.pem 600",
        ] {
            #expect(tree.contains(wanted), "\(wanted)")
        }
        let entry = try #require(try AccountFile.read("\(place.path)/var/lib/samotop/accounts")["ann@example.org"])
        #expect(entry.isAdministrator)
        #expect(entry.secrets.password != nil)
        #expect(made.password.count >= 20)
    }

    @Test("the password is on no disk") func password() throws {
        let place = try Workplace()
        let made = try Self.setup(Self.plan(place.path)).run()
        for line in try Self.tree(place.path) {
            let path = "\(place.path)/\(line.split(separator: " ")[0])"
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            #expect(data.range(of: Data(made.password.utf8)) == nil, "\(path)")
        }
    }

    @Test("a step that fails leaves nothing behind", arguments: Setup.Step.allCases)
    func undone(step: Setup.Step) throws {
        struct Stop: Error {}
        let place = try Workplace()
        try place.write("mine", to: "mine")
        let before = try Self.tree(place.path)
        var setup = Self.setup(Self.plan(place.path))
        setup.before = { if $0 == step { throw Stop() } }
        #expect(throws: Stop.self) { try setup.run() }
        #expect(try Self.tree(place.path) == before)
    }

    @Test("what is there stays, and nothing else is left", arguments: ["accounts", "dkim", "acme"])
    func refuses(name: String) throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/var/lib/samotop", withIntermediateDirectories: true)
        try place.write("mine", to: "var/lib/samotop/\(name)")
        let before = try Self.tree(place.path)
        #expect(throws: StartFailure.self) { try Self.setup(Self.plan(place.path)).run() }
        #expect(try Self.tree(place.path) == before)
        #expect(try String(contentsOfFile: "\(place.path)/var/lib/samotop/\(name)", encoding: .utf8) == "mine")
    }

    @Test("a link that leads nowhere stays, too") func link() throws {
        let place = try Workplace()
        let file = Self.plan(place.path).zoneFile
        try FileManager.default.createDirectory(
            atPath: LocalFile.parent(of: file), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/nowhere/zone")
        #expect(throws: StartFailure.self) { try Self.setup(Self.plan(place.path)).run() }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file) == "/nowhere/zone")
    }

    @Test("where the configuration is, all is") func last() throws {
        let place = try Workplace()
        let plan = Self.plan(place.path)
        var setup = Self.setup(plan)
        setup.before = { step in
            guard step == .configuration else { return }
            #expect(!LocalFile.isTaken(plan.configurationFile))
            for path in [plan.unitFile, plan.zoneFile, plan.state + "/accounts"] { #expect(LocalFile.isTaken(path)) }
        }
        _ = try setup.run()
        #expect(LocalFile.isTaken(plan.configurationFile))
        #expect(Setup.Step.allCases.last == .configuration)
    }

    @Test("the ledger knows what it made, and not what was there") func ledger() throws {
        let place = try Workplace()
        let ledger = SetupLedger()
        try ledger.makeFolder(place.path + "/a/b", mode: 0o700)
        try ledger.makeFolder(place.path, mode: 0o700)
        #expect(ledger.folders == [place.path + "/a", place.path + "/a/b"])
        ledger.undo()
        #expect(try Self.tree(place.path).isEmpty)
    }

    @Test("the configuration is read without fault", arguments: [ACMESettings.letsEncrypt, nil])
    func configuration(directory: String?) throws {
        let plan = Self.plan("/srv/mail", directory: directory)
        let configuration = try ConfigurationTests.read(plan.configuration)
        #expect(configuration.name == "mx.example.org")
        #expect(configuration.state == "/srv/mail/var/lib/samotop")
        #expect(configuration.submissionPort(.implicit) == 465)
        #expect(configuration.submissionPort(.starttls) == 587)
        #expect((configuration.tls.acme != nil) == (directory != nil))
        #expect((configuration.policy.listen != nil) == (directory != nil))
        #expect(configuration.certificatePairs == [plan.certificates.pair])
        if directory != nil { #expect(configuration.acmeNames == plan.names) }
    }

    @Test("the unit is the one in etc/systemd") func unit() throws {
        let unit = try DocumentationTests.text("etc/systemd/samotop.service")
        #expect(SystemdUnit.text == unit)
        #expect(Self.plan("").unit(program: "/usr/bin/samotop") == unit)
        let below = Self.plan("/srv/mail").unit(program: "/opt/samotop")
        #expect(below.contains("ExecStart=/opt/samotop serve --config /srv/mail/etc/samotop/samotop.yaml\n"))
        #expect(below.contains("ReadWritePaths=/srv/mail/var/lib/samotop\n"))
        #expect(!below.contains("StateDirectory="))
    }

    @Test("the zone has all there is to publish") func zone() throws {
        let place = try Workplace()
        let made = try Self.setup(Self.plan(place.path)).run()
        let current = try #require(try CertificateFolder(state: "\(place.path)/var/lib/samotop").current())
        for line in [
            "mx.example.org. IN A 192.0.2.1", "mx.example.org. IN AAAA 2001:db8::1",
            "example.org. IN MX 10 mx.example.org.",
            "example.org. IN TXT \"v=spf1 mx -all\"", "mx.example.org. IN TXT \"v=spf1 a -all\"",
            "_dmarc.example.org. IN TXT \"v=DMARC1; p=reject; rua=mailto:reports@example.org\"",
            "_smtp._tls.example.org. IN TXT \"v=TLSRPTv1; rua=mailto:reports@example.org\"",
            "mta-sts.example.org. IN CNAME mx.example.org.",
            "_25._tcp.mx.example.org. IN TLSA \(current.key.tlsa)",
            "_submissions._tcp.example.org. IN SRV 0 1 465 mx.example.org.",
            "_submission._tcp.example.org. IN SRV 0 1 587 mx.example.org.",
            "_imaps._tcp.example.org. IN SRV 0 0 0 .", "_pop3._tcp.example.org. IN SRV 0 0 0 .",
            "mx.example.org. IN CAA 0 issue \"letsencrypt.org; validationmethods=http-01\"",
        ] {
            #expect(made.zone.contains(line), "\(line)")
        }
        let sts = try #require(made.zone.first { $0.hasPrefix("_mta-sts.example.org. IN TXT \"v=STSv1; id=") })
        #expect(sts.hasSuffix(";\""))
        // An RSA key is longer than a string of TXT may be.
        let key = try #require(made.zone.first { $0.hasPrefix("rsa202611._domainkey.example.org. IN TXT \"v=DKIM1;") })
        let strings = key.split(separator: "\"").filter { $0.contains("=") || $0.count > 60 }
        #expect(strings.count >= 2)
        for string in strings.dropFirst() { #expect(string.utf8.count <= 255) }
        #expect(made.zone.contains { $0.hasPrefix("ed202611._domainkey.example.org. IN TXT \"v=DKIM1;") })
    }

    @Test("what belongs to another zone is a comment") func otherZone() throws {
        let place = try Workplace()
        var plan = SetupPlan(
            address: MailboxName(domain: "example.org", localPart: "ann"), host: "mail.example.net", root: place.path,
            month: "202611")
        plan.directory = ACMESettings.letsEncrypt
        let zone = try Self.setup(plan).run().zone
        #expect(zone.contains("example.org. IN MX 10 mail.example.net."))
        #expect(zone.contains("; mail.example.net. IN A 192.0.2.1"))
        #expect(zone.contains { $0.hasPrefix("; _25._tcp.mail.example.net. IN TLSA 3 1 1 ") })
        #expect(!zone.contains { !$0.hasPrefix(";") && $0.contains("mail.example.net. IN A ") })
        // The policy's name leads to the host.
        #expect(zone.contains("mta-sts.example.org. IN CNAME mail.example.net."))
    }

    @Test("records are what a zone file says they are") func records() throws {
        let owner = try #require(DNSName("x.example.org"))
        let host = try #require(DNSName("mx.example.org"))
        for record in [
            ZoneRecord.service(owner, (host, 465)), .service(owner, nil),
            .text(owner, String(repeating: "a", count: 300)),
            .tlsa(owner, [UInt8](repeating: 7, count: 32)), .mailExchange(owner, 10, host), .alias(owner, host),
        ] {
            let file = try ZoneFile(Array("\(record.line)\n".utf8))
            let found = try #require(file.records.first)
            #expect(found.data == record.data, "\(record.line)")
        }
    }
}
