import Yams

/// Turns YAML into settings. The only file that knows Yams.
enum SettingParser {
    /// Parses a whole file; `name` is what messages call it.
    static func parse(_ bytes: [UInt8], name: String) throws(Problem) -> Setting {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(place: .file(name, line: 1, column: 1), key: "", message: "not UTF-8; save the file as UTF-8")
        }
        do {
            guard let root = try Yams.compose(yaml: text) else {
                return Setting(value: .section([]), place: .file(name, line: 1, column: 1))
            }
            let place = Place.file(name, line: 1, column: 1)
            return try setting(root, else: place) { mark in .file(name, line: mark.line, column: mark.column) }
        } catch let problem as Problem {
            throw problem
        } catch let error as YamlError {
            let (line, column, message) = explain(error)
            throw Problem(place: .file(name, line: line, column: column), key: "", message: message)
        } catch {
            throw Problem(place: .file(name, line: 1, column: 1), key: "", message: "not readable as YAML: \(error)")
        }
    }

    /// Parses the value of a flag or an environment variable: YAML on one line, so lists and sections work.
    static func parse(value text: String, at place: Place, key: String) throws(Problem) -> Setting {
        do {
            guard let root = try Yams.compose(yaml: text) else { return Setting(value: .empty, place: place) }
            return try setting(root, else: place) { _ in place }
        } catch let problem as Problem {
            throw Problem(place: place, key: key, message: problem.message)
        } catch {
            throw Problem(place: place, key: key, message: "not readable as YAML; put quotes around the value")
        }
    }

    private static func setting(_ node: Node, else near: Place, _ place: (Mark) -> Place) throws(Problem) -> Setting {
        let here = node.mark.map(place) ?? near
        switch node {
        case .scalar(let scalar):
            // YAML 1.2 §10.2: these plain words are null. Anything quoted is a string.
            let plain = scalar.style == .plain || scalar.style == .any
            let isEmpty = plain && ["", "~", "null"].contains(scalar.string)
            return Setting(value: isEmpty ? .empty : .scalar(scalar.string), place: here)
        case .sequence(let sequence):
            var items: [Setting] = []
            for item in sequence { items.append(try setting(item, else: here, place)) }
            return Setting(value: .list(items), place: here)
        case .mapping(let mapping):
            var entries: [Setting.Entry] = []
            for (key, value) in mapping {
                let keyPlace = key.mark.map(place) ?? here
                guard case .scalar(let name) = key else {
                    throw Problem(place: keyPlace, key: "", message: "a key must be a single word")
                }
                let read = try setting(value, else: keyPlace, place)
                entries.append(Setting.Entry(key: name.string, place: keyPlace, setting: read))
            }
            return Setting(value: .section(entries), place: here)
        case .alias:
            throw Problem(place: here, key: "", message: "an alias that stands for nothing; write the value out")
        }
    }

    private static func explain(_ error: YamlError) -> (line: Int, column: Int, message: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark.line, mark.column, "not YAML: \(problem); check indentation, colons and quotes here")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.joined(separator: ", ")
            return (context.mark.line, context.mark.column, "\(names): written twice in one section; remove one")
        case .reader(let problem, _, _, _):
            return (1, 1, "not YAML: \(problem)")
        default:
            return (1, 1, "not readable as YAML")
        }
    }
}
