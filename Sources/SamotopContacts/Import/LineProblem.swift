/// What is wrong with a line of a file that someone imports.
public struct LineProblem: Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// What is wrong, in a few words. Holds nothing of the file.
    public let problem: String

    /// Problems that are told of one file; more aren't.
    static let maximum = 1_000

    public var description: String { "line \(line): \(problem)" }
}

extension [LineProblem] {
    mutating func add(_ problem: String, line: Int) {
        if count < LineProblem.maximum { append(LineProblem(line: line, problem: problem)) }
    }
}
