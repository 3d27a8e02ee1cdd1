#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation
import Synchronization

@testable import SamotopCommand

/// A folder of a test's own, removed with it, and what tests need to find their way.
final class Workplace: Sendable {
    let path: String

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/samotop-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        self.path = path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// The root of the repository.
    static let repository: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A port of 127.0.0.1 that nobody uses, and that no other test gets. It lies below those that the system gives to connections, which
    /// other tests have many of.
    static func freePort() throws -> UInt16 {
        while true {
            let port = 14_000 + nextPort.add(1, ordering: .relaxed).oldValue % 5_000
            guard let socket = try? ListeningSocket.open(try ListenAddress.parse("127.0.0.1:\(port)")) else { continue }
            close(socket.descriptor)
            return port
        }
    }

    private static let nextPort = Atomic(UInt16.random(in: 0..<5_000))

    /// Whether a program is installed.
    static func has(_ program: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    static var isRoot: Bool { geteuid() == 0 }
}
