import Foundation
import Testing

/// The fuzzers' properties for every input that fuzzing ever found. What doesn't hold traps and says what it saw; `Fuzz/run TARGET FILE`
/// plays it again, with Address Sanitizer.
@Suite("Every input of the fuzzers' corpus")
struct CorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus")

    @Test("holds", arguments: fuzzTargets.keys.sorted())
    func replay(name: String) async throws {
        let target = try #require(fuzzTargets[name])
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.corpus.appending(path: name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        let inputs = try files.map { Array(try Data(contentsOf: $0)) }
        // Some wait for what Swift's own threads do, which must not be those that wait.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                for input in inputs { target(input) }
                continuation.resume()
            }
        }
    }

    @Test("belongs to a target")
    func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(folders) == Set(fuzzTargets.keys))
    }
}
