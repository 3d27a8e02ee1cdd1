/// Which times a report can be about, as seconds since 1970 in UTC.
enum ReportTime {
    /// The year 2200: no report is about later.
    private static let latest: Int64 = 7_258_118_400
    /// Seconds of a period at most: a report is about a day, some are about a week.
    private static let longest: Int64 = 40 * 86_400

    /// Whether a report can be about this period.
    static func isPossible(_ begin: Int64, _ end: Int64) -> Bool {
        begin >= 0 && end >= begin && end <= latest && end - begin <= longest
    }
}
