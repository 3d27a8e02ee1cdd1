/// Something wrong with the configuration: one line that names the place, the key and the way to mend it.
struct Problem: Error, Sendable, Hashable {
    let place: Place
    /// The dotted path of the key, for example `listeners.mx.tls`; empty for the file itself.
    let key: String
    let message: String
}

extension Problem: CustomStringConvertible {
    /// For example `samotop.yaml:12:9: listeners.mx.tls: unknown value "maybe"; use starttls, implicit or none`.
    var description: String {
        OneLine.escaped(key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)", limit: 1000)
    }
}

/// All that is wrong with a configuration, in order of appearance.
struct InvalidConfiguration: Error {
    let problems: [Problem]

    init(_ problems: [Problem]) {
        let order = problems.enumerated().map { (key: ($1.place.order.0, $1.place.order.1, $0), problem: $1) }
        self.problems = order.sorted { $0.key < $1.key }.map(\.problem)
    }
}

/// Collects problems while a configuration is read, so that one run shows them all.
final class Problems {
    private(set) var all: [Problem] = []

    /// Whether there is a problem with a key or something in it.
    func knows(_ key: String) -> Bool {
        all.contains { $0.key == key || $0.key.hasPrefix(key + ".") || $0.key.hasPrefix(key + "[") }
    }

    func add(_ place: Place, _ key: String, _ message: String) {
        let problem = Problem(place: place, key: key, message: message)
        if !all.contains(problem) { all.append(problem) }
    }
}
