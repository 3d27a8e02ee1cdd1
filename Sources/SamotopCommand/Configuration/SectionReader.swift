/// Why a text doesn't fit, and what would: the second half of a problem's line.
struct Unfit: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Reads one section of the configuration key by key, and remembers which keys were asked for: what is left at the end
/// is unknown.
final class SectionReader {
    /// The dotted path of the section; empty for the root.
    let path: String
    let place: Place
    let problems: Problems
    /// The keys that were written, in order.
    let keys: [String]
    private let entries: [String: Setting.Entry]
    private var asked: [String] = []

    init(_ setting: Setting?, path: String, at place: Place, problems: Problems) {
        self.path = path
        self.place = setting?.place ?? place
        self.problems = problems
        var entries: [String: Setting.Entry] = [:]
        var keys: [String] = []
        switch setting?.value {
        case .section(let written):
            for entry in written {
                entries[entry.key] = entry
                keys.append(entry.key)
            }
        case .scalar, .list:
            problems.add(self.place, path, "must be a section of keys, not \(setting?.kind ?? "nothing")")
        case .empty, nil: break
        }
        self.entries = entries
        self.keys = keys
    }

    /// The dotted path of a key in this section.
    func path(_ key: String) -> String {
        path.isEmpty ? Self.quoted(key) : "\(path).\(Self.quoted(key))"
    }

    /// Where a key's value stands, or the section when the key isn't there.
    func place(_ key: String) -> Place { entries[key]?.setting.place ?? place }

    /// Whether the key was written with something behind it.
    func has(_ key: String) -> Bool {
        guard let setting = entries[key]?.setting else { return false }
        if case .empty = setting.value { return false }
        return true
    }

    /// Whether the key was written with nothing behind it, for keys that are a statement by themselves.
    func isBare(_ key: String) -> Bool {
        asked.append(key)
        return entries[key] != nil && !has(key)
    }

    /// Whether the key has keys of its own.
    func isSection(_ key: String) -> Bool {
        if case .section = entries[key]?.setting.value { true } else { false }
    }

    /// Whether the key has a list behind it.
    func isList(_ key: String) -> Bool {
        if case .list = entries[key]?.setting.value { true } else { false }
    }

    /// Whether `off` was written in the place of a whole section.
    func isOff(_ key: String) -> Bool { says(key, "off") }

    /// Whether this word was written as the key's whole value.
    func says(_ key: String, _ word: String) -> Bool {
        guard case .scalar(word) = entries[key]?.setting.value else { return false }
        asked.append(key)
        return true
    }

    /// Reports a problem with a key itself.
    func complain(aboutKey key: String, _ message: String) {
        problems.add(entries[key]?.place ?? place, path(key), message)
    }

    /// Reports a problem with a key's value, unless one was reported: the first is the cause, the rest would follow from it.
    func complain(_ key: String, _ message: String) {
        if problems.knows(path(key)) { return }
        problems.add(place(key), path(key), message)
    }

    /// The typed value of a key: nil when it isn't written or when it doesn't fit (which is reported).
    func value<Value>(_ key: String, _ parse: (String) throws(Unfit) -> Value) -> Value? {
        guard let setting = setting(key) else { return nil }
        return value(of: setting, path(key), parse)
    }

    /// The typed value of a key that must be there.
    func required<Value>(_ key: String, _ hint: String, _ parse: (String) throws(Unfit) -> Value) -> Value? {
        guard entries[key] != nil else {
            asked.append(key)
            problems.add(place, path(key), "missing; \(hint)")
            return nil
        }
        return value(key, parse)
    }

    /// The typed values of a list, or of a single value that stands for a list of one.
    func list<Value>(_ key: String, _ parse: (String) throws(Unfit) -> Value) -> [Value]? {
        guard let setting = setting(key) else { return nil }
        guard case .list(let items) = setting.value else { return value(of: setting, path(key), parse).map { [$0] } }
        return items.enumerated().compactMap { value(of: $1, "\(path(key))[\($0)]", parse) }
    }

    /// A section inside this one; an empty one when it isn't written.
    func section(_ key: String) -> SectionReader {
        asked.append(key)
        let entry = entries[key]
        return SectionReader(entry?.setting, path: path(key), at: entry?.place ?? place, problems: problems)
    }

    /// The sections of a list.
    func sections(_ key: String) -> [SectionReader] {
        guard let setting = setting(key) else { return [] }
        guard case .list(let items) = setting.value else {
            complain(key, "must be a list (each item behind a \"-\"), not \(setting.kind)")
            return []
        }
        return items.enumerated().map { index, item in
            SectionReader(item, path: "\(path(key))[\(index)]", at: item.place, problems: problems)
        }
    }

    /// Reports the keys that nobody asked for.
    func finish() {
        for key in keys where !asked.contains(key) {
            guard let entry = entries[key] else { continue }
            let hint: String
            if let near = Suggestion.nearest(to: key, in: asked) {
                hint = "did you mean \"\(near)\"?"
            } else {
                hint = "known here: \(asked.sorted().joined(separator: ", "))"
            }
            problems.add(entry.place, path(key), "unknown key; \(hint)")
        }
    }

    /// A part of a dotted path: in quotes when it isn't plain.
    static func quoted(_ part: String) -> String {
        let plain = part.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return plain && !part.isEmpty ? part : "\"\(part)\""
    }

    private func setting(_ key: String) -> Setting? {
        asked.append(key)
        return entries[key]?.setting
    }

    private func value<Value>(of setting: Setting, _ path: String, _ parse: (String) throws(Unfit) -> Value) -> Value? {
        switch setting.value {
        case .scalar(let text):
            do throws(Unfit) {
                return try parse(text)
            } catch {
                problems.add(setting.place, path, error.message)
            }
        case .empty: problems.add(setting.place, path, "has no value; write one or remove the key")
        case .list, .section: problems.add(setting.place, path, "must be a single value, not \(setting.kind)")
        }
        return nil
    }
}
