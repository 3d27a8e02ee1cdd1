import ArgumentParser
import Foundation
import NameResolution

/// `samotop explain`: what the server would make of a message, and why.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Evaluate a message as the server would, and show why.",
        discussion: """
            Prints what reverse lookup, SPF, DKIM, ARC and DMARC say, each step, the verdict, and the DNS answers that were used.

              samotop explain message.eml --ip 192.0.2.1 --helo mail.example.org --from ann@example.org

            With --batch it reads JSON lines like {"ip":"192.0.2.1","helo":"mail.example.org","mailFrom":"ann@example.org", \
            "message":"From: …","zone":{"example.org":[{"type":"TXT","value":"v=spf1 -all"}]},"now":1700000000} and writes a JSON \
            line for each. Without "zone" the DNS is asked; a zone's name can be "TIMEOUT" or "SERVFAIL".
            """)

    @Argument(
        help: ArgumentHelp(
            "The message; - or nothing is standard input. With --batch the JSON lines.", valueName: "file"),
        completion: .file())
    var file = "-"

    @Option(name: .long, help: ArgumentHelp("The client's address.", valueName: "address"))
    var ip: String?

    @Option(name: .long, help: ArgumentHelp("What the client said in EHLO.", valueName: "name"))
    var helo = ""

    @Option(name: .long, help: ArgumentHelp("The reverse-path; empty is the null one.", valueName: "address"))
    var from = ""

    @Option(name: .long, help: ArgumentHelp("The time of arrival, in seconds since 1970.", valueName: "seconds"))
    var now: Int64?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Read JSON lines, write JSON lines.")
    var batch = false

    @OptionGroup var lookup: LookupOptions

    func validate() throws {
        guard batch || ip != nil else {
            throw ValidationError("--ip is needed: the address that the message came from.")
        }
    }

    func run() throws {
        try StartFailure.reported {
            let configuration = try lookup.configuration()
            let explainer = Explainer(configuration: configuration)
            let octets = try LookupOptions.read(file == "-" ? "/dev/stdin" : file, limit: Explainer.maximumLength)
            try Blocking.run {
                if batch {
                    try await ExplainBatch(explainer: explainer, lookup: lookup).run(octets)
                } else {
                    try await explain(octets, explainer)
                }
            }
        }
    }

    private func explain(_ octets: [UInt8], _ explainer: Explainer) async throws {
        guard let ip, let client = IPAddress(ip) else {
            throw StartFailure(ExitStatus.usage, ["--ip: not an address; write one like 192.0.2.1 or 2001:db8::1"])
        }
        let arrival = Explainer.Arrival(
            client: client, helo: Array(helo.utf8), mailFrom: Array(from.utf8), message: LineEnds.normalized(octets),
            now: now ?? Int64(Date().timeIntervalSince1970))
        let resolver = try lookup.makeResolver(explainer.configuration)
        let explanation = await explainer.explain(arrival, asking: resolver)
        StandardOutput().write(json ? [try ExplanationText.json(explanation)] : ExplanationText.lines(explanation))
    }
}
