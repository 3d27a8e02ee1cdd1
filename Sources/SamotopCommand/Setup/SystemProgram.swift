import Foundation

/// A program of the system.
enum SystemProgram {
    /// Runs it to its end, which must be a good one.
    static func run(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/\(name)")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw StartFailure(ExitStatus.failure, ["samotop: \(name) failed with \(process.terminationStatus)"])
        }
    }
}
