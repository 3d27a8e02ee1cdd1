#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import InternetMessage
import SamotopCore

/// A moment in UTC as a log line writes it.
struct CivilTime: Sendable, Hashable {
    /// Since 1970-01-01T00:00:00Z.
    let milliseconds: Int64

    static func now() -> CivilTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return CivilTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// A moment to the second, for example `2026-11-22T22:57:37Z`.
    static func text(_ moment: Timestamp) -> String { InternetTimestamp.text(moment.seconds) }
}

extension CivilTime: CustomStringConvertible {
    /// RFC 3339 with milliseconds, for example `2026-11-22T22:57:37.123Z`.
    var description: String {
        let rest = String(max(0, milliseconds % 1000))
        return InternetTimestamp.text(milliseconds / 1000).dropLast() + "."
            + String(repeating: "0", count: max(0, 3 - rest.utf8.count)) + rest + "Z"
    }
}
