import Foundation
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

@Suite("Sweeping tmp")
struct SweepTests {
    @Test("What a former run left goes at once, what others left goes after 36 hours")
    func sweep() async throws {
        let scratch = try ScratchFolder()
        let now = Int64(Date().timeIntervalSince1970)
        let clock = ManualClock(seconds: now)
        // Our own process, so that it exists.
        let house = try House(root: scratch.path, process: getpid(), clock: clock)
        try await house.mailboxes.prepare()
        func name(process: Int32 = getpid(), run: String = "ffffffffffffffff", host: String = "mx.example.org")
            -> String
        {
            TemporaryName(seconds: now, process: process, count: 3, run: run, host: host).text
        }
        let leftovers = [name(), name(process: Int32.max)]
        let kept = [
            name(run: "0123456789abcdef"), name(process: getppid()), name(host: "other.example.org"),
            "1.P1Q1Rx.mx.example.org",
            "anything",
        ]
        for file in leftovers + kept {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/cat/tmp/\(file)"))
        }
        try FileManager.default.createDirectory(
            atPath: "\(scratch.path)/cat/tmp/folder", withIntermediateDirectories: false)
        #expect(try await house.mailboxes.sweep() == leftovers.count)
        #expect(scratch.names("cat/tmp") == (kept + ["folder"]).sorted())
        clock.advance(by: 35 * 3600)
        #expect(try await house.mailboxes.sweep() == 0)
        clock.advance(by: 2 * 3600)
        #expect(try await house.mailboxes.sweep() == kept.count)
        #expect(scratch.names("cat/tmp") == ["folder"])
    }

    @Test("Names in tmp are recognised exactly")
    func names() {
        let name = TemporaryName(
            seconds: 12, process: 34, count: 56, run: "0123456789abcdef", host: "mx.example.org")
        #expect(name.text == "12.P34Q56R0123456789abcdef.mx.example.org")
        #expect(TemporaryName(name.text, host: "mx.example.org") == name)
        for text in [
            "", ".", "12.P34Q56R0123456789abcdef.mx.example.orgx", "12.P034Q56R0123456789abcdef.mx.example.org",
            "12.P34Q56R0123456789abcde.mx.example.org", "12.Q56P34R0123456789abcdef.mx.example.org",
            "12.P.mx.example.org",
            "12.P34R0123456789abcdefQ5.mx.example.org", "+12.P34Q56R0123456789abcdef.mx.example.org",
        ] {
            #expect(TemporaryName(text, host: "mx.example.org") == nil, "\(text)")
        }
    }
}
