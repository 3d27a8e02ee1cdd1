import Foundation
import SamotopDelivery
import Testing

@testable import SamotopCommand

@Suite("Whether a mailbox's program can be trusted with its mail")
struct ProgramInspectionTests {
    /// The user it would run as. Root's files are anybody's.
    private let user = geteuid() == 0 ? 12_345 : geteuid()

    private func words(_ program: String) throws -> String? {
        let problem = ProgramInspection.problem(try DeliveryCommand([program]), server: user)
        if let problem { #expect(problem.key == "command") }
        return problem?.message
    }

    private func folder(_ path: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    @Test("Its file and each folder above it can be changed by nobody else")
    func places() throws {
        let place = try Workplace()
        #expect(try words(place.write("", to: "fine", mode: 0o755)) == nil)
        #expect(try words(place.write("", to: "dead", mode: 0o644))?.contains("chmod +x") == true)
        #expect(try words(place.write("", to: "open", mode: 0o775))?.contains("\(place.path)/open; do") == true)
        #expect(try words(place.path)?.contains("no file") == true)
        #expect(try words(place.path + "/none")?.contains("isn't there") == true)
        try folder(place.path + "/loose", mode: 0o777)
        let within = try place.write("", to: "loose/program", mode: 0o755)
        #expect(try words(within)?.contains("\(place.path)/loose; do chmod go-w") == true)
        try folder(place.path + "/loose/inner")
        let below = try place.write("", to: "loose/inner/program", mode: 0o755)
        #expect(try words(below)?.contains("\(place.path)/loose; do chmod go-w") == true)
        #expect(try words("/bin/sh") == nil)
    }

    @Test("So it is with all that a link leads over, wherever the link itself is")
    func links() throws {
        let place = try Workplace()
        try folder(place.path + "/loose", mode: 0o777)
        try place.write("", to: "loose/program", mode: 0o755)
        try place.write("", to: "program", mode: 0o755)
        for (number, target) in ["loose/program", "\(place.path)/loose/program", "./loose/../loose/program"]
            .enumerated()
        {
            let path = place.path + "/link\(number)"
            try link(path, to: target)
            #expect(try words(path)?.contains("\(place.path)/loose; do chmod go-w") == true, "\(target)")
        }
        // A link in the middle, one that leads to another, and one whose own place is open while its target's isn't.
        try link(place.path + "/folder", to: "loose")
        #expect(try words(place.path + "/folder/program")?.contains("chmod go-w") == true)
        try link(place.path + "/chain", to: "link0")
        #expect(try words(place.path + "/chain")?.contains("chmod go-w") == true)
        try link(place.path + "/loose/out", to: "../program")
        #expect(try words(place.path + "/loose/out")?.contains("chmod go-w") == true)
        try link(place.path + "/good", to: "program")
        #expect(try words(place.path + "/good") == nil)
        try link(place.path + "/round", to: "round")
        #expect(try words(place.path + "/round")?.contains("isn't there") == true)
    }

    @Test(
        "Others' files, folders and links aren't trusted, nor is a sticky folder of theirs",
        .enabled(if: geteuid() == 0))
    func owners() throws {
        let place = try Workplace()
        let program = try place.write("", to: "program", mode: 0o755)
        #expect(chown(program, 54_321, 0) == 0)
        #expect(try words(program)?.contains("do chown root") == true)
        #expect(chown(program, user, 0) == 0)
        #expect(try words(program) == nil)
        try folder(place.path + "/sticky", mode: 0o1777)
        let within = try place.write("", to: "sticky/program", mode: 0o755)
        #expect(try words(within) == nil)
        #expect(chown(place.path + "/sticky", 54_321, 0) == 0)
        #expect(try words(within)?.contains("\(place.path)/sticky belongs") == true)
        let path = place.path + "/link"
        try link(path, to: "program")
        #expect(lchown(path, 54_321, 0) == 0)
        #expect(try words(path)?.contains("chown -h root") == true)
    }
}
