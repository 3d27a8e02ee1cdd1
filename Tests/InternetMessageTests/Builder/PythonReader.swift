import Foundation

/// Reads messages with Python's email package, which nobody of ours wrote.
struct PythonReader {
    struct Entity: Decodable {
        var type: String
        var filename: String?
        var contentID: String?
        var defects: [String]
        var parts: [Entity]
        var content: Data?

        /// It and what is in it, each before its parts.
        var all: [Entity] {
            var found: [Entity] = []
            var waiting = [self]
            while let next = waiting.popLast() {
                found.append(next)
                waiting += next.parts.reversed()
            }
            return found
        }
    }

    struct Message: Decodable {
        var subject: String?
        var people: [String: [[String]]]
        var headers: [String]
        var defects: [String]
        var entity: Entity
    }

    private static let program = "/usr/bin/env"

    static var isThere: Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["python3", "-c", ""]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func read(_ messages: [[UInt8]]) throws -> [Message] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "samotop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "in")
        let output = folder.appending(path: "out")
        let lines = messages.map { "\"\(Data($0).base64EncodedString())\"\n" }.joined()
        try Data(lines.utf8).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: program)
        let script = Bundle.module.bundleURL.appending(path: "Resources/builder/read.py")
        process.arguments = ["python3", script.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        let decoder = JSONDecoder()
        return try Data(contentsOf: output).split(separator: 0x0A).map { try decoder.decode(Message.self, from: $0) }
    }
}
