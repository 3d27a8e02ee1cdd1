import ArgumentParser
import SamotopCore

/// `samotop serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve as the configuration says, until a signal ends it.",
        discussion: """
            SIGTERM or SIGINT: stop when running transactions have ended; once more: stop at once. SIGHUP: reload certificates, \
            domains, mailboxes and aliases.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(
        name: .long, defaultAsFlag: .masked,
        help: "Show sessions as they are spoken, on standard output; addresses are masked unless you say full.")
    var transcript: Transcript.Detail?

    @Flag(name: .customLong("as-root"), help: "Keep root's rights when the configuration names no user. Better don't.")
    var asRoot = false

    func run() throws {
        try StartFailure.reported {
            let options = options
            var serving = Serving(configuration: try options.load())
            if transcript != nil, serving.configuration.privacy.log == .omitted {
                throw StartFailure(
                    ExitStatus.configuration,
                    [
                        serving.configuration.problem(
                            "privacy", "nothing is told of sessions; leave --transcript out, or write privacy.log: told"
                        )
                    ])
            }
            serving.asRoot = asRoot
            serving.reread = { () throws(StartFailure) in try options.load() }
            if let transcript { serving.observers.append(Transcript(transcript, to: StandardOutput())) }
            try serving.run()
        }
    }
}

extension Transcript.Detail: ExpressibleByArgument {}
