import Foundation
import SamotopTesting
import Testing

/// The dialogue files of the repository.
enum DialogueFiles {
    struct File: Sendable, CustomTestStringConvertible {
        let name: String
        let dialogue: Result<Dialogue, DialogueError>
        var testDescription: String { name }
    }

    static let all: [File] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Dialogues").resolvingSymlinksInPath()
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().compactMap { name in
            guard let text = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) else {
                return nil
            }
            do throws(DialogueError) {
                return File(name: name, dialogue: .success(try Dialogue(Array(text))))
            } catch {
                return File(name: name, dialogue: .failure(error))
            }
        }
    }()

    /// Those whose outcome doesn't depend on what arrives in one write.
    static let splittable = all.filter { file in
        guard case .success(let dialogue) = file.dialogue else { return false }
        return !dialogue.steps.contains { step in
            switch step.step {
            case .line(let pattern): pattern.starts(with: Array("554 5.5.0".utf8))
            case .reply("554 5.5.0", _), .reply("554", _): true
            default: false
            }
        }
    }
}
