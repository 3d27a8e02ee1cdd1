import Foundation
import Testing

/// GnuPG with a key ring of its own, which decrypts what was stored.
final class GnuPG: Sendable {
    let home: String

    init() throws {
        home = FileManager.default.temporaryDirectory.path + "/samotop-gpg-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        _ = try? Self.run("gpgconf", ["--homedir", home, "--kill", "gpg-agent"])
        try? FileManager.default.removeItem(atPath: home)
    }

    /// A key with a subkey for encryption, exported. `fakeTime` as in `20200101T000000`.
    func makeKey(
        _ userID: String, algorithm: String = "future-default", usage: String = "default", expires: String = "never",
        fakeTime: String? = nil
    ) throws -> [UInt8] {
        var options: [String] = []
        if let fakeTime { options = ["--faked-system-time", fakeTime] }
        _ = try gpg(options + ["--passphrase", "", "--quick-gen-key", userID, algorithm, usage, expires])
        return try export(userID)
    }

    func export(_ userID: String) throws -> [UInt8] { try gpg(["--armor", "--export", userID]) }

    func decrypt(_ octets: [UInt8]) throws -> [UInt8] { try gpg(["--decrypt"], input: octets) }

    /// Its standard output.
    @discardableResult func gpg(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        try Self.run("gpg", ["--homedir", home, "--batch", "--quiet", "--yes"] + arguments, input: input)
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
        let (source, output) = (
            folder.appendingPathComponent(UUID().uuidString), folder.appendingPathComponent(UUID().uuidString)
        )
        try Data(input).write(to: source)
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { for file in [source, output] { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: output)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(program) \(arguments): \(String(decoding: words, as: UTF8.self))")
        }
        return [UInt8](try Data(contentsOf: output))
    }
}
