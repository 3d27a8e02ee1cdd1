import Testing

@testable import SamotopCommand

/// I11: configurations that must not be served with: each is refused in words that name the key.
@Suite("I11: bad configurations")
struct BadConfigurationTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let what: String
        let text: String
        /// The key that the line names.
        let key: String
        /// Words that the line must have.
        let words: String

        init(_ what: String, _ text: String, _ key: String, _ words: String) {
            self.what = what
            self.text = text
            self.key = key
            self.words = words
        }

        var testDescription: String { what }
    }

    static let tls = "tls: {certificates: [{certificate: /c.pem, key: /k.pem}]}"

    static let tooManyNames: String = {
        let names: [String] = (0...100).map { "n\($0).our.test" }
        return "tls: {acme: {agree-to-terms: true, names: [\(names.joined(separator: ", "))]}}"
    }()

    static let all: [Bad] = [
        Bad("empty file", "", "name", "missing"),
        Bad("not YAML", "name: [", "", "not YAML"),
        Bad("a list at the top", "- name", "", "must be a section"),
        Bad("tabs", "listeners:\n\tmx: {}\n", "", "not YAML"),
        Bad("two documents", SampleConfiguration.text + "---\na: b\n", "", "not YAML"),
        Bad("unknown key", SampleConfiguration.with("", "listener: {}"), "listener", "did you mean \"listeners\"?"),
        Bad(
            "unknown key inside", SampleConfiguration.with("tls: none", "tls: none\nrequire_tls: true"),
            "listeners.mx.require_tls", "did you mean \"require-tls\"?"),
        Bad(
            "unknown key like none", SampleConfiguration.with("", "relay-for: [0.0.0.0/0]"), "relay-for",
            "known here: addresses-folder, authentication, autoconfig, contacts, dns"),
        Bad(
            "pages without contacts",
            SampleConfiguration.with("", "contacts: off\nweb: {listen: \"127.0.0.1:8025\"}"), "web",
            "the pages need contacts: with contacts: {strangers: welcome}"),
        Bad(
            "passwords in clear", SampleConfiguration.with("tls: none", "tls: none\nrole: submission"),
            "listeners.mx.tls", "passwords don't go in clear"),
        Bad(
            "passwords in clear, if the client likes",
            SampleConfiguration.with("tls: none", "role: submission\nrequire-tls: false") + tls,
            "listeners.mx.require-tls", "passwords don't go in clear"),
        Bad(
            "more names than a certificate holds", SampleConfiguration.with("", tooManyNames), "tls.acme.names",
            "101 names, and a certificate holds 100 at most"),
        Bad(
            "a group without a socket",
            SampleConfiguration.with("tls: none", "role: submission") + tls
                + "\nrelay: {}\nsubmission: {auth-socket-group: postfix}\n",
            "submission.auth-socket-group", "there is no auth-socket"),
        Bad(
            "submission without a way out", SampleConfiguration.with("tls: none", "role: submission") + tls,
            "listeners",
            "nothing goes out without relay:"),
        Bad(
            "submission without a listener", SampleConfiguration.with("", "submission: {privacy: off}"), "submission",
            "no listener has role: submission"),
        Bad(
            "a mechanism that nobody should use",
            SampleConfiguration.with("tls: none", "role: submission") + tls
                + "\nrelay: {}\nsubmission: {mechanisms: [CRAM-MD5]}\n",
            "submission.mechanisms[0]",
            "use EXTERNAL, SCRAM-SHA-256-PLUS, SCRAM-SHA-256, OAUTHBEARER, XOAUTH2, PLAIN or LOGIN"),
        Bad(
            "addresses of nobody",
            SampleConfiguration.with("tls: none", "role: submission") + tls
                + "\nrelay: {}\nsubmission: {addresses: {eve@example.test: [ann@example.test]}}\n",
            "submission.addresses.\"eve@example.test\"", "no mailbox"),
        Bad("key twice", SampleConfiguration.with("", "name: other.example.test"), "name", "written twice"),
        Bad(
            "domain twice", SampleConfiguration.with("", "  Example.Test: {}"), "domains.\"Example.Test\"",
            "the same domain"),
        Bad(
            "wrong type: list", SampleConfiguration.with("name: mx.example.test", "name: [a, b]"), "name",
            "single value, not a list"),
        Bad(
            "wrong type: section", SampleConfiguration.with("tls: none", "tls: {a: b}"), "listeners.mx.tls",
            "single value, not a section"),
        Bad(
            "wrong type: scalar", SampleConfiguration.with("", "limits: lots"), "limits",
            "section of keys, not a single value"),
        Bad(
            "mailboxes without a key", SampleConfiguration.with("", "encryption: {mailboxes-without-key: bounce}"),
            "encryption.mailboxes-without-key", "use deliver or refuse"),
        Bad(
            "too little memory to encrypt",
            SampleConfiguration.with("", "limits: {message-size: 50MiB}\nencryption: {memory: 199MiB}"),
            "encryption.memory", "four times message-size"),
        Bad(
            "keys published nowhere", SampleConfiguration.with("", "encryption: {publish: on}"), "encryption.publish",
            "write mta-sts.listen"),
        Bad(
            "keys learned from nobody", SampleConfiguration.with("", "encryption: {learn: [autocrypt]}"),
            "encryption.learn", "add a listener with role: submission"),
        Bad(
            "keys learned from everybody", SampleConfiguration.with("", "encryption: {learn: [anybody]}"),
            "encryption.learn[0]", "use autocrypt or keys-address"),
        Bad(
            "keys@ is somebody's",
            SampleConfiguration.with("tls: none", "role: submission").replacing(
                "      bob:", with: "      Keys:\n      bob:")
                + tls
                + "\nrelay: {}\nencryption: {learn: keys-address}\n",
            "encryption.learn", "is a mailbox or an alias already"),
        Bad("no value", SampleConfiguration.with("state: /var/lib/samotop", "state:"), "state", "has no value"),
        Bad("no name", SampleConfiguration.with("name: mx.example.test", "# name"), "name", "missing"),
        Bad(
            "name without dot", SampleConfiguration.with("name: mx.example.test", "name: localhost"), "name",
            "not a domain name"),
        Bad(
            "name with junk", SampleConfiguration.with("name: mx.example.test", "name: \"mx.example.test\\r\\n250 x\""),
            "name", "\\u{d}\\u{a}"),
        Bad(
            "authorities at a relative path", SampleConfiguration.with("", "relay: {ca-file: ca.pem}"), "relay.ca-file",
            "not an absolute path"),
        Bad(
            "relative state", SampleConfiguration.with("state: /var/lib/samotop", "state: lib/samotop"), "state",
            "not an absolute path"),
        Bad(
            "no listeners",
            SampleConfiguration.text.replacing(
                "listeners:\n  mx:\n    listen: 127.0.0.1:2525\n    tls: none\n", with: ""), "listeners", "no listener"),
        Bad(
            "unknown choice", SampleConfiguration.with("tls: none", "tls: maybe"), "listeners.mx.tls",
            "use none, starttls or implicit"),
        Bad(
            "unknown role", SampleConfiguration.with("tls: none", "tls: none\nrole: relay"), "listeners.mx.role",
            "use mx, lmtp or submission"),
        Bad(
            "host name to listen at", SampleConfiguration.with("listen: 127.0.0.1:2525", "listen: localhost:25"),
            "listeners.mx.listen", "not an address"),
        Bad(
            "port out of range", SampleConfiguration.with("listen: 127.0.0.1:2525", "listen: 0.0.0.0:70000"),
            "listeners.mx.listen", "not a port"),
        Bad(
            "no address", SampleConfiguration.with("listen: 127.0.0.1:2525", "role: mx"), "listeners.mx.listen",
            "missing"),
        Bad(
            "address twice",
            SampleConfiguration.text.replacing(
                "domains:", with: "  mx2: {listen: \"127.0.0.1:2525\", tls: none}\ndomains:"), "listeners.mx2.listen",
            "is taken by listeners.mx.listen"),
        Bad(
            "TLS without certificate", SampleConfiguration.with("tls: none", "tls: starttls"), "listeners.mx.tls",
            "needs a certificate"),
        Bad(
            "TLS by default without certificate", SampleConfiguration.with("tls: none", "role: mx"), "listeners.mx.tls",
            "needs a certificate"),
        Bad(
            "required TLS without TLS", SampleConfiguration.with("tls: none", "tls: none\nrequire-tls: true"),
            "listeners.mx.require-tls", "while tls is none"),
        Bad(
            "half a certificate", SampleConfiguration.with("", "tls: {certificates: [{certificate: /c.pem}]}"),
            "tls.certificates[0].key", "missing"),
        Bad(
            "certificates not a list", SampleConfiguration.with("", "tls: {certificates: /c.pem}"), "tls.certificates",
            "must be a list"),
        Bad(
            "old TLS", SampleConfiguration.with("", "tls: {minimum-version: 1.1}"), "tls.minimum-version",
            "use 1.2 or 1.3"),
        Bad(
            "PROXY from anywhere", SampleConfiguration.with("tls: none", "tls: none\nproxy-protocol-from: 0.0.0.0/0"),
            "listeners.mx.proxy-protocol-from", "forge"),
        Bad(
            "bad network", SampleConfiguration.with("tls: none", "tls: none\nproxy-protocol-from: [10.0.0.1/8]"),
            "listeners.mx.proxy-protocol-from[0]", "bits set behind"),
        Bad(
            "LMTP on port 25", SampleConfiguration.with("listen: 127.0.0.1:2525", "listen: 127.0.0.1:25\nrole: lmtp"),
            "listeners.mx.listen", "RFC 2033"),
        Bad(
            "LMTP in clear to everyone",
            SampleConfiguration.with("listen: 127.0.0.1:2525", "listen: 0.0.0.0:24\nrole: lmtp"), "listeners.mx.listen",
            "in clear"),
        Bad(
            "mode that is none",
            SampleConfiguration.with("listen: 127.0.0.1:2525", "listen: unix:/run/x\nmode: \"0888\""),
            "listeners.mx.mode", "not permission bits"),
        Bad(
            "mode without socket", SampleConfiguration.with("tls: none", "tls: none\nmode: \"0600\""),
            "listeners.mx.mode", "only a unix:"),
        Bad(
            "size out of range", SampleConfiguration.with("", "limits: {message-size: 1KiB}"), "limits.message-size",
            "use 64KiB to 4GiB"),
        Bad(
            "size with a wrong unit", SampleConfiguration.with("", "limits: {message-size: 50MB}"),
            "limits.message-size", "not a size"),
        Bad(
            "too few recipients", SampleConfiguration.with("", "limits: {recipients: 10}"), "limits.recipients",
            "use 100 to 10000"),
        Bad(
            "not a number", SampleConfiguration.with("", "limits: {errors: ten}"), "limits.errors", "not a whole number"
        ),
        Bad(
            "header larger than message",
            SampleConfiguration.with("", "limits: {message-size: 64KiB, header-size: 1MiB}"), "limits.header-size",
            "more than message-size"),
        Bad(
            "time without a unit", SampleConfiguration.with("", "timeouts: {command: 300}"), "timeouts.command",
            "not a time"),
        Bad(
            "time out of range", SampleConfiguration.with("", "timeouts: {command: 0s}"), "timeouts.command",
            "use 1s to 24h"),
        Bad(
            "unknown conduct", SampleConfiguration.with("", "prudence: {early-talker: allow}"), "prudence.early-talker",
            "use refuse or note"),
        Bad("unknown level", SampleConfiguration.with("", "log: {level: loud}"), "log.level", "use debug, info"),
        Bad(
            "metrics without port", SampleConfiguration.with("", "metrics: {listen: 0.0.0.0}"), "metrics.listen",
            "no port"),
        Bad("group without user", SampleConfiguration.with("", "group: mail"), "group", "needs user"),
        Bad("no domains", SampleConfiguration.text.components(before: "domains:"), "domains", "no domain"),
        Bad(
            "domain of one label", SampleConfiguration.with("", "  test: {mailboxes: {ann: }}"), "domains.test",
            "not a domain name"),
        Bad(
            "domain that's an address", SampleConfiguration.with("", "  192.0.2.1: {mailboxes: {ann: }}"),
            "domains.\"192.0.2.1\"", "not a domain name"),
        Bad(
            "domain for everything", SampleConfiguration.with("", "  \"*\": {mailboxes: {ann: }}"), "domains.\"*\"",
            "not a domain name"),
        Bad(
            "mailbox that leaves its folder", SampleConfiguration.with("ann:", "ann:\n../../etc:"),
            "domains.\"example.test\".mailboxes.\"../../etc\"", "not a name"),
        Bad(
            "two mailboxes, one folder", SampleConfiguration.with("ann:", "ann: /home/bob/Maildir"),
            "domains.\"example.test\".mailboxes", "has the folder of"),
        Bad(
            "mailbox twice", SampleConfiguration.with("ann:", "ann:\nAnn:"), "domains.\"example.test\".mailboxes.Ann",
            "the same name as"),
        Bad(
            "alias that is a mailbox", SampleConfiguration.with("info: [ann, bob]", "bob: [ann]"),
            "domains.\"example.test\".aliases.bob", "the same name as"),
        Bad(
            "alias to nobody", SampleConfiguration.with("info: [ann, bob]", "info: [eve]"),
            "domains.\"example.test\".aliases.info", "eve@example.test is no mailbox"),
        Bad(
            "aliases in a circle", SampleConfiguration.with("info: [ann, bob]", "info: [all]\nall: [info]"),
            "domains.\"example.test\".aliases.info", "leads back to itself"),
        Bad(
            "a pattern without a field", SampleConfiguration.with("aliases:", "patterns: {ann-x: ann}\naliases:"),
            "domains.\"example.test\".patterns.ann-x", "has no field: write one like {tag}"),
        Bad(
            "a pattern of nobody",
            SampleConfiguration.with("aliases:", "patterns: {\"ann+{tag}\": eve}\naliases:"),
            "domains.\"example.test\".patterns.\"ann+{tag}\"", "eve@example.test is no mailbox"),
        Bad(
            "a folder by another field",
            SampleConfiguration.with(
                "aliases:", "patterns: {\"ann+{tag}\": {to: ann, folder: \"{x}\"}}\naliases:"),
            "domains.\"example.test\".patterns.\"ann+{tag}\".folder", "no field of the pattern"),
        Bad(
            "patterns with addresses in common",
            SampleConfiguration.with(
                "aliases:", "patterns: {\"ann+{tag}\": ann, \"{x}+shop\": bob}\naliases:"),
            "domains.\"example.test\".patterns.\"{x}+shop\"", "ann+shop is of both"),
        Bad(
            "the rest to nobody", SampleConfiguration.with("aliases:", "everyone-else: eve\naliases:"),
            "domains.\"example.test\".everyone-else", "is no mailbox and no alias"),
        Bad(
            "alias to elsewhere", SampleConfiguration.with("info: [ann, bob]", "info: [ann@example.org]"),
            "domains.\"example.test\".aliases.info", "is of another domain, and nothing goes out; write relay:"),
        Bad(
            "empty alias", SampleConfiguration.with("info: [ann, bob]", "info: []"),
            "domains.\"example.test\".aliases.info", "names nobody"),
        Bad(
            "no postmaster", SampleConfiguration.with("postmaster: ann@example.test", "# none"), "postmaster", "missing"
        ),
        Bad(
            "postmaster nowhere",
            SampleConfiguration.with("postmaster: ann@example.test", "postmaster: eve@example.test"), "postmaster",
            "is no mailbox"),
    ]

    @Test("one line, naming the key and the way to mend it", arguments: all)
    func refused(bad: Bad) {
        let problems = ConfigurationTests.problems(bad.text)
        let matching = problems.filter { line in
            line.contains(bad.key.isEmpty ? "samotop.yaml:" : " \(bad.key): ") && line.contains(bad.words)
        }
        #expect(matching.count == 1, "\(problems)")
        #expect(problems.allSatisfy { !$0.contains("\n") && $0.hasPrefix("samotop.yaml:") })
        // One mistake, one line; only a whole section that is missing has consequences elsewhere.
        let consequences = ["empty file", "no domains"].contains(bad.what)
        #expect(consequences || problems.count == 1, "\(problems)")
    }
}

extension String {
    fileprivate func components(before mark: String) -> String {
        split(separator: "\n").prefix { !$0.hasPrefix(mark) }.joined(separator: "\n") + "\n"
    }
}
