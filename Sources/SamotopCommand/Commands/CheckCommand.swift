import ArgumentParser

/// `samotop check`: says everything that would keep `serve` from serving.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration and what it names.",
        discussion: """
            Looks at the keys, at certificates (readable, matching, not expired), folders (there, writable, closed to others) and \
            ports (free, permitted). Prints one line for each problem and exits with 78 if there is one.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try StartFailure.reported {
            let configuration = try options.load()
            let inspection = Inspection(configuration)
            let problems = inspection.everything()
            guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
            StandardOutput().write(
                inspection.warnings() + ["\(OneLine.escaped(options.config)): fit to serve with"])
        }
    }
}
