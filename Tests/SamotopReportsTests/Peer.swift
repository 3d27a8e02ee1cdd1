import Foundation
import SamotopReports

/// Other programs that read what we write, and write what we read.
enum Peer {
    static let hasPython = has("python3")
    static let hasGunzip = has("gunzip")

    /// What a program makes of octets: its output. Throws when it fails.
    static func run(_ program: String, _ arguments: [String], _ input: [UInt8] = []) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        // By files: a pipe that nobody reads would hold both up.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (given, made) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(input).write(to: given)
        try Data().write(to: made)
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = try FileHandle(forWritingTo: made)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(program: program, status: process.terminationStatus) }
        return Array(try Data(contentsOf: made))
    }

    static func python(_ script: String, _ input: [UInt8] = []) throws -> [UInt8] {
        try run("python3", ["-c", script], input)
    }

    struct Failed: Error {
        let program: String
        let status: Int32
    }

    private static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
}

func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

/// The fault that reading ends with; nil: none.
func fault(_ read: () throws(ReportFault) -> Void) -> ReportFault? {
    do throws(ReportFault) { try read() } catch { return error }
    return nil
}
