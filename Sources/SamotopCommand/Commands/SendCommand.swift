import ArgumentParser
import SamotopClient

/// `samotop send`: one message to one server.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a message to a server: a file, standard input, or one made of options.",
        discussion: """
            samotop send message.eml --to bob@example.org --server mx.example.org
            echo hello | samotop send --stdin-body --to bob@example.org --subject hi --attach plan.pdf \
            --server smtp://mail.example.org:587 --tls required --auth ann

            The password for --auth is asked for, or taken from --password-file or SAMOTOP_PASSWORD; a token for
            OAUTHBEARER and XOAUTH2 is taken from --token-file or SAMOTOP_TOKEN.
            The exit status is 0 when all recipients were accepted, 75 when trying later may help, 1 otherwise.
            """)

    @Argument(help: "A message as it is, with its header; - for standard input. Without it, one is made.")
    var file: String?

    @Option(name: .long, help: "HOST, HOST:PORT, unix:PATH, or a URL: smtp://, smtps://, lmtp://.")
    var server = "localhost"
    @Option(name: .long, help: "To whom; several with commas between, or repeated.") var to: [String]
    @Option(name: .long, help: "The reverse-path and the author; <> for none. By default your name at this host.")
    var from: String?
    @Option(name: .long, help: "none, opportunistic, required (STARTTLS, verified), or implicit.") var tls: TLSChoice?
    @Option(name: .customLong("ca-file"), help: "PEM: whom to trust instead of the system's authorities.")
    var authorities: String?
    @Flag(name: .customLong("no-verify"), help: "Take any certificate. Whoever is in between can then read all of it.")
    var trustsAnyone = false
    @Option(name: .customLong("cert"), help: "PEM: a certificate of your own to show.") var certificate: String?
    @Option(name: .long, help: "PEM: its key.") var key: String?
    @Option(name: .long, help: "Authenticate as this user.") var auth: String?
    @Option(
        name: .customLong("auth-mechanism"),
        help: ArgumentHelp(
            "By this mechanism; several with commas between, or repeated, best first: \(Self.mechanismNames).",
            valueName: "name"))
    var mechanisms: [String] = []
    @Option(name: .customLong("password-file"), help: "A file whose first line is the password.") var passwordFile:
        String?
    @Option(name: .customLong("token-file"), help: "A file whose first line is an access token (OAuth 2.0).")
    var tokenFile: String?
    @Option(name: .long, help: "The name in EHLO.") var ehlo: String?
    @Flag(name: .long, help: "Speak LMTP.") var lmtp = false
    @Option(name: .long, help: "Seconds to wait for each answer.") var timeout: Int?

    @Option(name: .long, help: "Of a message that is made.") var subject: String?
    @Option(name: .long, help: "The text.") var body: String?
    @Flag(name: .customLong("stdin-body"), help: "The text comes from standard input.") var readsBody = false
    @Option(name: .long, help: "The text once more as HTML, from a file.") var html: String?
    @Option(name: .long, help: "A file to attach; may be repeated.") var attach: [String] = []
    @Option(name: .long, help: "A field, \"Name: text\"; may be repeated.") var header: [String] = []

    @Flag(name: .long, help: "Show what is said, on standard error. A password is never shown.") var transcript = false
    @Flag(name: .long, help: "The result as JSON.") var json = false

    func validate() throws {
        if file != nil, subject != nil || body != nil || readsBody || html != nil || !attach.isEmpty || !header.isEmpty
        {
            throw ValidationError(
                "a file is sent as it is: --subject, --body, --html, --attach and --header make a message of their own")
        }
        if body != nil, readsBody { throw ValidationError("--body or --stdin-body, not both") }
        if (certificate == nil) != (key == nil) { throw ValidationError("--cert and --key belong together") }
        if passwordFile != nil, tokenFile != nil { throw ValidationError("--password-file or --token-file, not both") }
        if passwordFile != nil, auth == nil { throw ValidationError("--password-file needs --auth") }
        if let timeout, !(1...3_600).contains(timeout) { throw ValidationError("--timeout is 1 to 3600 seconds") }
    }

    func run() throws {
        try StartFailure.reported {
            let message = try SendableMessage(self)
            let delivery = try SendDelivery(self)
            let outcome = try Blocking.run { try await delivery.send(message) }
            StandardOutput().write(json ? [try outcome.json()] : outcome.lines)
            guard outcome.status == 0 else { throw ExitCode(outcome.status) }
        }
    }

    private static var mechanismNames: String {
        Authentication.Mechanism.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// As ``ClientTLS/Mode`` has it.
    enum TLSChoice: String, CaseIterable, ExpressibleByArgument {
        case none, opportunistic, required, implicit

        var mode: ClientTLS.Mode {
            switch self {
            case .none: .none
            case .opportunistic: .opportunistic
            case .required: .required
            case .implicit: .implicit
            }
        }
    }
}
