/// Single keys set from outside the file: `--set KEY=VALUE` and `SAMOTOP_…` variables.
///
/// A key is the dotted path that messages print. A part with a dot in it stands in double quotes:
/// `domains."example.org".postmaster=ann`. The value is YAML on one line. A variable's name is the path in capitals with
/// `__` for the dot and `_` for the hyphen: `SAMOTOP_LISTENERS__MX__REQUIRE_TLS=true`.
/// File, then environment, then `--set`: the last one wins.
enum Overrides {
    static let environmentPrefix = "SAMOTOP_"
    /// What `samotop send` reads: no key.
    static let password = "SAMOTOP_PASSWORD"
    /// Likewise.
    static let token = "SAMOTOP_TOKEN"

    /// Applies everything to what the file said.
    static func apply(
        arguments: [String], environment: [String: String], to root: inout Setting, problems: Problems
    ) {
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(environmentPrefix) && name != password && name != token {
            let path = name.dropFirst(environmentPrefix.count).lowercased()
                .split(separator: "__", omittingEmptySubsequences: false)
                .map { $0.map { $0 == "_" ? "-" : String($0) }.joined() }
            set(path, value, at: .environment(name), in: &root, problems)
        }
        for argument in arguments {
            guard let split = splitPoint(argument) else {
                problems.add(.argument(argument), "", "write KEY=VALUE, for example log.level=debug")
                continue
            }
            let place = Place.argument(argument)
            set(
                path(argument[..<split]), String(argument[argument.index(after: split)...]), at: place, in: &root,
                problems)
        }
    }

    /// The first `=` outside quotes.
    private static func splitPoint(_ argument: String) -> String.Index? {
        var quoted = false
        for index in argument.indices {
            if argument[index] == "\"" { quoted.toggle() }
            if argument[index] == "=", !quoted { return index }
        }
        return nil
    }

    private static func path(_ text: Substring) -> [String] {
        var parts = [""]
        var quoted = false
        for character in text {
            switch character {
            case "\"": quoted.toggle()
            case "." where !quoted: parts.append("")
            default: parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func set(
        _ path: [String], _ value: String, at place: Place, in root: inout Setting, _ problems: Problems
    ) {
        let key = path.map(SectionReader.quoted).joined(separator: ".")
        guard path.allSatisfy({ !$0.isEmpty }) else {
            problems.add(place, key, "a part of the key is empty")
            return
        }
        do {
            let setting = try SettingParser.parse(value: value, at: place, key: key).placed(at: place)
            if !root.set(path[...], to: setting) {
                problems.add(place, key, "a part of this key stands for a single value or a list, not for a section")
            }
        } catch {
            problems.add(error.place, error.key, error.message)
        }
    }
}

extension Setting {
    /// Puts a setting at a path, making sections on the way. False when something on the way isn't a section.
    fileprivate mutating func set(_ path: ArraySlice<String>, to setting: Setting) -> Bool {
        guard let key = path.first else {
            self = setting
            return true
        }
        var entries: [Entry]
        switch value {
        case .section(let existing): entries = existing
        case .empty: entries = []
        case .scalar, .list: return false
        }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            guard entries[index].setting.set(path.dropFirst(), to: setting) else { return false }
        } else {
            var made = Setting(value: .section([]), place: setting.place)
            guard made.set(path.dropFirst(), to: setting) else { return false }
            entries.append(Entry(key: key, place: setting.place, setting: made))
        }
        value = .section(entries)
        return true
    }
}
