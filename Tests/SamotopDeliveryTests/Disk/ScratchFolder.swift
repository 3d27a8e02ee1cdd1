import Foundation

/// A folder on the real disk, gone after the test.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    func contents(of folder: String) -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in names(folder) {
            guard let data = FileManager.default.contents(atPath: "\(path)/\(folder)/\(name)") else { continue }
            contents[name] = [UInt8](data)
        }
        return contents
    }
}
