#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import ArgumentParser
import NameResolution
import SamotopAccounts
import SamotopCore

/// `samotop try`: a whole server on loopback, with nothing to configure.
struct TryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Try a mail server on this machine alone, with nothing to configure.",
        discussion: """
            Takes mail for alice@example.test and bob@example.test on a port of 127.0.0.1, with STARTTLS, into Maildirs \
            below the directory, and shows what is spoken. Strangers wait for alice's and bob's word, which is given at a page \
            whose address is printed. Remove the directory afterwards; nothing else is left.
            """)

    @Option(name: .long, help: ArgumentHelp("Added to the well-known port 25.", valueName: "number"))
    var portOffset = 2000

    @Option(
        name: .long, help: ArgumentHelp("Where mail and certificate are kept.", valueName: "directory"),
        completion: .directory)
    var directory = "./samotop-try"

    func validate() throws {
        guard (0...65_510).contains(portOffset) else { throw ValidationError("--port-offset must be 0 to 65510") }
        guard !directory.isEmpty else { throw ValidationError("--directory must not be empty") }
    }

    func run() throws {
        try StartFailure.reported {
            try makeDirectory()
            let pair = try SelfMadeCertificate.pair(
                in: directory + "/tls", names: ["example.test", "mx.example.test", "localhost"])
            var serving = Serving(
                configuration: try Self.configuration(
                    port: port, submissionPort: submissionPort, pagesPort: pagesPort, state: directory, pair))
            serving.linkSeconds = 86_400
            serving.asRoot = true
            serving.observers = [Transcript(.full, to: StandardOutput())]
            let root = directory + "/mail"
            serving.around = { ArrivalNotice(mailboxes: $0, root: root, output: StandardOutput()) }
            let welcome = welcome(certificate: pair.certificate, password: try makeAccount())
            serving.onReady = { link in
                StandardOutput().write(welcome)
                if let link { StandardOutput().write(Self.pagesWelcome(link("alice@example.test"))) }
            }
            try checkPort()
            try serving.run()
        }
    }

    private var port: UInt16 { UInt16(clamping: 25 + portOffset) }
    /// Of the pages: 8025 when mail has 2025.
    private var pagesPort: UInt16 { port > 59_535 ? port - 6_000 : port + 6_000 }

    /// For users' programs: 2587 when mail from elsewhere has 2025.
    private var submissionPort: UInt16 { port > 64_973 ? port - 562 : port + 562 }

    /// Alice's password, a new one each time.
    private func makeAccount() throws -> String {
        let password = AppPassword.random()
        var secrets = AccountSecrets()
        guard secrets.set(password: password) else {
            throw StartFailure(ExitStatus.failure, ["samotop: no password can be made"])
        }
        var file = AccountFile()
        file.set(AccountFile.Entry(name: "alice@example.test", secrets: secrets))
        try file.write(directory + "/accounts")
        return password
    }

    private func makeDirectory() throws(StartFailure) {
        do throws(SystemFailure) {
            try LocalFile.makeFolder(directory, mode: 0o700)
        } catch {
            throw StartFailure(
                ExitStatus.failure,
                ["samotop: can't make \(OneLine.escaped(directory)): \(error); choose another with --directory"])
        }
    }

    /// A busy port is the one thing that may stand in the way: say how to go around it.
    private func checkPort() throws(StartFailure) {
        guard let loopback = IPAddress("127.0.0.1") else { return }
        do throws(SystemFailure) {
            _ = try ListeningSocket.open(.tcp(loopback, port: port), trial: true)
        } catch {
            let reason = error.number == EADDRINUSE ? "another program uses it" : "\(error)"
            let other = portOffset < 60_000 ? portOffset + 1000 : 2000
            throw StartFailure(
                ExitStatus.failure,
                [
                    "samotop: can't listen on port \(port) of 127.0.0.1: \(reason); choose another port: samotop try --port-offset \(other)"
                ])
        }
    }

    /// The server that a newcomer meets.
    static func configuration(
        port: UInt16, submissionPort: UInt16, pagesPort: UInt16, state: String, _ pair: TLSSettings.Pair
    ) throws
        -> Configuration
    {
        let mailboxes = ["alice", "bob"].map { DomainSettings.Mailbox(localPart: $0, directory: nil) }
        let address = try ListenAddress.parse("127.0.0.1:\(port)")
        var submission = ListenerSettings(
            name: "submission", role: .submission,
            addresses: [try ListenAddress.parse("127.0.0.1:\(submissionPort)")])
        submission.requireTLS = true
        var configuration = Configuration(
            name: "mx.example.test", state: state,
            listeners: [ListenerSettings(name: "mx", addresses: [address]), submission],
            postmaster: MailboxName(domain: "example.test", localPart: "alice"),
            domains: [DomainSettings(name: "example.test", mailboxes: mailboxes)])
        configuration.tls.certificates = [pair]
        configuration.log.level = .warning
        // Nobody is to be caught here.
        configuration.prudence.bannerDelay = .zero
        // The senders of a trial are made up.
        configuration.authentication = .off
        configuration.web.listen = try ListenAddress.parse("127.0.0.1:\(pagesPort)")
        return configuration
    }

    /// What is said once it serves. The commands work as they stand.
    func welcome(certificate: String, password: String) -> String {
        """
        samotop takes mail for alice@example.test and bob@example.test on 127.0.0.1 port \(port), with STARTTLS.
        Mail arrives in \(directory)/mail, and nothing leaves this machine. End with Ctrl-C.

        Send a first message from another terminal, in this directory:

          swaks --server 127.0.0.1:\(port) --tls --from carol@example.com --to alice@example.test --header 'Subject: Hello' --body 'A first message.'

        or

          printf 'From: <carol@example.com>\\nTo: <alice@example.test>\\nSubject: Hello\\n\\nA first message.\\n' | curl --url smtp://localhost:\(port)/client.example.com --ssl-reqd --cacert \(shellQuoted(certificate)) --crlf --mail-from carol@example.com --mail-rcpt alice@example.test --upload-file -

        As alice, send by port \(submissionPort) with STARTTLS, name alice@example.test, password \(password):

          swaks --server 127.0.0.1:\(submissionPort) --tls --auth PLAIN --auth-user alice@example.test --auth-password \(password) --from alice@example.test --to bob@example.test --header 'Subject: Hello' --body 'From me.'

        """
    }

    /// What strangers wait for. The link works once, for a day.
    private static func pagesWelcome(_ link: String) -> String {
        """
        Whoever writes for the first time is asked to wait. As alice, decide about them here:

          \(link)

        """
    }

    private func shellQuoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { $0 > 0x20 && !"'\"\\$`&|;<>()*?[]#~!{}".utf8.contains($0) && $0 < 0x7F }
        return plain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
