/// The day of a moment in UTC, as `2026-11-27`.
public struct UTCDate: Sendable, Hashable, CustomStringConvertible {
    /// The year, 1 and later.
    public let year: Int64
    /// 1…12
    public let month: Int64
    /// 1…31
    public let day: Int64

    /// The day of a moment. Moments beyond the year 9999 are shown as the year 9999's last day.
    public init(secondsSince1970 seconds: Int64) {
        // Days are counted from 0000-03-01, so that a leap day is a year's last.
        let clamped = min(max(seconds, 0), 253_402_300_799)
        let days = clamped / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public var description: String { "\(year)-\(Self.padded(month))-\(Self.padded(day))" }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
