import ArgumentParser
import InternetMessage

/// `samotop message show`: who, what, when, the parts, what is unusual, and the text.
struct MessageShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a message: its parts, what is unusual about it, and its text.",
        discussion: """
            Reads a message leniently and says how. Where other readers may see another message it is called ambiguous, and its \
            text is not shown unless --ambiguous is given. Nothing is opened, nothing is fetched: HTML is reduced to text, links \
            show where they lead, control characters are written out.

              samotop message show message.eml
              samotop message show --json - < message.eml
            """)

    @Argument(
        help: ArgumentHelp("The message; - or nothing is standard input.", valueName: "file"), completion: .file())
    var file = "-"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Show the text of an ambiguous message, too.")
    var ambiguous = false

    @Option(name: .long, help: ArgumentHelp("Octets of the text at most.", valueName: "octets"))
    var limit = 65_536

    func run() throws {
        try StartFailure.reported {
            let octets = try LookupOptions.read(file == "-" ? "/dev/stdin" : file, limit: Explainer.maximumLength)
            let outline = MessageOutline(MIMEMessage(octets), textLimit: limit, showsAmbiguous: ambiguous)
            StandardOutput().write(json ? [try OutlineText.json(outline)] : OutlineText.lines(outline))
        }
    }
}
