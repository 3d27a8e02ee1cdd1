import SMTP
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopSubmission

@Suite("How late a message may go out") struct ReleaseTimeTests {
    private static func verdict(_ release: FutureRelease?, now: Int64) async throws -> Verdict {
        let clock = ManualClock(seconds: now)
        var parameters = MailParameters()
        parameters.release = release
        let envelope = Envelope(id: "m", reversePath: .null, parameters: parameters)
        var session = Session(id: "s", role: .submission, client: .ipv4([192, 0, 2, 1]))
        return try await ReleaseTime(longest: 3_600, clock: clock).sender(envelope, &session)
    }

    @Test(
        "HOLDUNTIL up to what was offered; the past is now; no moment is refused",
        arguments: [
            ("2023-11-14T23:13:20Z", true), ("2023-11-14T23:13:21Z", false), ("2001-01-01T00:00:00Z", true),
            ("2023-11-15T00:13:20+01:00", true), ("2023-11-31T00:00:00Z", false), ("9999-12-31T23:59:59Z", false),
        ])
    func until(_ text: String, _ passes: Bool) async throws {
        let verdict = try await Self.verdict(.at(Array(text.utf8)), now: 1_700_000_000)
        if passes {
            #expect(verdict == .pass)
        } else {
            guard case .reject(let refusal) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(refusal.words == .releaseUnusable)
        }
    }

    @Test("Without it, and with HOLDFOR, which the session itself bounds, it has nothing to say")
    func others() async throws {
        #expect(try await Self.verdict(nil, now: 0) == .pass)
        #expect(try await Self.verdict(.after(seconds: 999_999_999), now: 0) == .pass)
    }
}
