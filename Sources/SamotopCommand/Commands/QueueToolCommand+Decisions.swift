import ArgumentParser
import SamotopQueue

extension QueueToolCommand {
    /// What a decision is about.
    struct Target: ParsableArguments {
        @Argument(help: "The id of one message; without it the conditions choose.") var id: String?
        @Option(name: .long, help: "The number of one of its recipients.") var number: Int?
        @Flag(name: .long, help: "Everything in the queue.") var all = false
        @OptionGroup var conditions: Conditions
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func validate() throws {
            let ways = [id != nil, all, !conditions.isEmpty].filter(\.self).count
            guard ways == 1 else {
                throw ValidationError("name one message, or conditions, or --all; and only one of these")
            }
            guard number == nil || id != nil else {
                throw ValidationError("--number is a recipient of one message: name that")
            }
        }

        func decide(_ action: QueueRequest.Action, _ words: String? = nil) throws {
            try StartFailure.reported {
                var request = QueueRequest(action)
                request.message = id
                request.number = number
                request.words = words
                conditions.apply(to: &request)
                let result = try server.ask(request, for: CommandResult.self)
                if let id, result.changed + result.delivering + result.unchanged == 0 {
                    throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(id)) isn't in the queue"])
                }
                StandardOutput().write(
                    json
                        ? try QueueToolCommand.text(DecisionDocument(request, result)) : QueueOutput.line(result))
            }
        }
    }

    /// `samotop queue retry`.
    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try now, whatever the schedule says.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.retry) }
    }

    /// `samotop queue hold`.
    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep it: no try and no return until it is released.")
        @Option(name: .long, help: "Why.") var reason = "held by the operator"
        @OptionGroup var target: Target
        func run() throws { try target.decide(.hold, reason) }
    }

    /// `samotop queue release`.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let what is held go on its way.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.release) }
    }

    /// `samotop queue fail`.
    struct Fail: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give up: return it to its sender.")
        @Option(name: .long, help: "Why; the sender reads it.") var reason = "given up by the operator"
        @OptionGroup var target: Target
        func run() throws { try target.decide(.fail, reason) }
    }

    /// `samotop queue drop`.
    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove it; nobody is told.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.drop) }
    }

    /// `samotop queue readdress`.
    struct Readdress: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send it to another address from now on.")
        @Option(name: .long, help: "The new address.") var to: String
        @OptionGroup var target: Target
        func run() throws { try target.decide(.readdress, to) }
    }
}
