import ArgumentParser
import Foundation
import SamotopCore
import SamotopQueue

extension QueueToolCommand {
    /// `samotop queue totals`.
    struct Totals: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Count what waits.")
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            try StartFailure.reported {
                let totals = try server.ask(QueueRequest(.totals), for: QueueTotals.self)
                StandardOutput().write(json ? [try QueueToolCommand.text(totals)] : QueueOutput.lines(totals))
            }
        }
    }
}
