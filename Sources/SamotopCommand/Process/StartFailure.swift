import ArgumentParser

/// Why a command ends without having done its work: lines for standard error, and the exit code.
struct StartFailure: Error {
    let status: Int32
    let lines: [String]

    init(_ status: Int32, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }

    init(_ status: Int32, _ problems: [Problem]) {
        self.init(status, problems.map(\.description))
    }

    /// Runs a command's work; prints why it failed, and leaves with the code.
    static func reported(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let failure as StartFailure {
            for line in failure.lines { StandardError().write(line) }
            throw ExitCode(failure.status)
        } catch let exit as ExitCode {
            throw exit
        } catch {
            StandardError().write("samotop: \(OneLine.escaped("\(error)", limit: 1000))")
            throw ExitCode(ExitStatus.failure)
        }
    }
}
