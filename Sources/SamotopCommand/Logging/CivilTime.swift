#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
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
    static func text(_ moment: Timestamp) -> String {
        // Beyond the year 9999 nothing is a time.
        let seconds = min(max(0, moment.seconds), 253_402_300_799)
        return CivilTime(milliseconds: seconds * 1000).description.replacing(".000Z", with: "Z")
    }
}

extension CivilTime: CustomStringConvertible {
    /// RFC 3339 with milliseconds, for example `2026-11-22T22:57:37.123Z`.
    var description: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func add(_ number: Int, _ width: Int, _ end: Unicode.Scalar) {
            let start = text.count
            var rest = number
            for _ in 0..<width {
                text.insert(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: abs(rest % 10)), at: start)
                rest /= 10
            }
            text.append(UInt8(ascii: end))
        }
        add(Int(parts.tm_year) + 1900, 4, "-")
        add(Int(parts.tm_mon) + 1, 2, "-")
        add(Int(parts.tm_mday), 2, "T")
        add(Int(parts.tm_hour), 2, ":")
        add(Int(parts.tm_min), 2, ":")
        add(Int(parts.tm_sec), 2, ".")
        add(Int(milliseconds % 1000), 3, "Z")
        return String(decoding: text, as: UTF8.self)
    }
}
