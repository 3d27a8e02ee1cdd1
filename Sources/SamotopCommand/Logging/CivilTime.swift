#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A moment in UTC as a log line writes it.
struct CivilTime: Sendable, Hashable {
    /// Since 1970-01-01T00:00:00Z.
    let milliseconds: Int64

    static func now() -> CivilTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return CivilTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension CivilTime: CustomStringConvertible {
    /// RFC 3339 with milliseconds, for example `2026-11-22T22:57:37.123Z`.
    var description: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let date =
            "\(digits(Int(parts.tm_year) + 1900, 4))-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))"
        let time = "\(digits(Int(parts.tm_hour), 2)):\(digits(Int(parts.tm_min), 2)):\(digits(Int(parts.tm_sec), 2))"
        return "\(date)T\(time).\(digits(Int(milliseconds % 1000), 3))Z"
    }
}
