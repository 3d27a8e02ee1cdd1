import Foundation

/// `addresses-folder`: a folder of small files in the words of `domains:`, each for a domain, a mailbox, or as one likes. What they
/// say is put into `domains:` before anyone reads that, so the same checks hold, and a problem names the file and the line.
enum AddressesFolder {
    static let key = "addresses-folder"
    /// Files at most, and octets of one.
    static let mostFiles = 100_000
    static let largestFile = 16 << 20

    /// Puts the folder's files into the root's `domains`, if it names a folder.
    static func merge(into root: inout Setting, problems: Problems) {
        guard case .section(var entries) = root.value,
            let folder = entries.first(where: { $0.key == key })?.setting, case .scalar(let path) = folder.value,
            path.hasPrefix("/")
        else { return }
        let index = entries.firstIndex { $0.key == "domains" }
        var domains = index.map { entries[$0].setting } ?? Setting(value: .section([]), place: root.place)
        for file in files(in: path, at: folder.place, problems) {
            guard let content = read(file, problems) else { continue }
            merge(content, into: &domains, path: "domains", level: 0, problems)
        }
        if let index {
            entries[index].setting = domains
        } else {
            entries.append(Setting.Entry(key: "domains", place: domains.place, setting: domains))
        }
        root.value = .section(entries)
    }

    private static func files(in path: String, at place: Place, _ problems: Problems) -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
                !name.hasPrefix(".") && (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
            }
            guard names.count <= mostFiles else {
                problems.add(place, key, "more than \(mostFiles) files in \(path); put several addresses into one")
                return []
            }
            return names.sorted().map { "\(path)/\($0)" }
        } catch {
            problems.add(place, key, "can't read the folder \(path); make it, and check who may read it")
            return []
        }
    }

    private static func read(_ file: String, _ problems: Problems) -> Setting? {
        let top = Place.file(file, line: 1, column: 1)
        do throws(SystemFailure) {
            let bytes = try LocalFile.read(file, limit: largestFile)
            do throws(Problem) { return try SettingParser.parse(bytes, name: file) } catch {
                problems.add(error.place, error.key, error.message)
            }
        } catch {
            problems.add(top, "", "can't read it: \(error)")
        }
        return nil
    }

    /// - Parameter level: 0: domains by name; 1: what stands under a domain; 2: names in `mailboxes` and the like.
    private static func merge(
        _ new: Setting, into old: inout Setting, path: String, level: Int, _ problems: Problems
    ) {
        switch (new.value, old.value) {
        case (.empty, _): return
        case (_, .empty): old = new
        case (.section(let added), .section(var known)):
            for entry in added {
                let inner = "\(path).\(SectionReader.quoted(entry.key))"
                guard let index = known.firstIndex(where: { isSame($0.key, entry.key, level) }) else {
                    known.append(entry)
                    continue
                }
                // A bare `mailboxes:` somewhere is no statement; a bare name in it is.
                if level < 2, isMergeable(entry.key, level) {
                    merge(entry.setting, into: &known[index].setting, path: inner, level: level + 1, problems)
                } else {
                    problems.add(entry.place, inner, "is written at \(known[index].place), too; keep one")
                }
            }
            old.value = .section(known)
        // Lists, as of `nobody`.
        case (_, _) where level == 2: old.value = .list(items(old) + items(new))
        default: problems.add(new.place, path, "must be a section of keys, not \(new.kind)")
        }
    }

    private static func isSame(_ one: String, _ other: String, _ level: Int) -> Bool {
        level == 1 ? one == other : one.lowercased() == other.lowercased()
    }

    private static func isMergeable(_ key: String, _ level: Int) -> Bool {
        level == 0 || ["mailboxes", "aliases", "patterns", "nobody"].contains(key)
    }

    private static func items(_ setting: Setting) -> [Setting] {
        if case .list(let items) = setting.value { items } else { [setting] }
    }
}
