import InternetMessage
import SMTP
public import SamotopCore

/// How late a user may have a message go out: HOLDUNTIL later than that is refused, as HOLDFOR is by the session (RFC 4865 §3). A moment
/// that has passed is now.
public struct ReleaseTime: MailGuard {
    private let longest: Int64
    private let clock: any WallClock

    /// - Parameter longest: seconds.
    public init(longest: Int64, clock: any WallClock = SystemClock()) {
        self.longest = longest
        self.clock = clock
    }

    public var name: String { "release time" }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        guard case .at(let text) = envelope.parameters.release else { return .pass }
        guard let moment = InternetTimestamp.seconds(text) else {
            return .reject(Refusal(.releaseUnusable, cause: "HOLDUNTIL is no moment"))
        }
        let (latest, overflow) = clock.now().seconds.addingReportingOverflow(longest)
        guard overflow || moment <= latest else {
            return .reject(Refusal(.releaseUnusable, cause: "HOLDUNTIL is later than what was offered"))
        }
        return .pass
    }
}
