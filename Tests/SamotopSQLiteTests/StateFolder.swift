#if SQLite
    import Foundation

    /// A state folder for one test.
    enum StateFolder {
        /// Makes one, and removes it afterwards.
        static func temporary<Value>(_ body: (String) async throws -> Value) async throws -> Value {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-\(UUID().uuidString)")
                .path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            return try await body(folder)
        }
    }
#endif
