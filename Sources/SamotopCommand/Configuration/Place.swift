/// Where a setting was written, for messages that name the place to mend.
enum Place: Sendable, Hashable {
    /// Line and column count from 1, columns in Unicode scalars.
    case file(String, line: Int, column: Int)
    /// A `--set` argument, for example `listeners.mx.listen=127.0.0.1:2525`.
    case argument(String)
    /// The name of an environment variable.
    case environment(String)

    /// Order of appearance: the file's lines first.
    var order: (Int, Int) {
        switch self {
        case .file(_, let line, let column): (line, column)
        case .argument, .environment: (Int.max, 0)
        }
    }
}

extension Place: CustomStringConvertible {
    /// For example `samotop.yaml:12:9`.
    var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .argument(let text): "--set \(text)"
        case .environment(let name): name
        }
    }
}
