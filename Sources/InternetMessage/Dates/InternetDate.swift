/// A date-time of RFC 5322 §3.3: an instant, and the zone it was written in.
public struct InternetDate: Hashable, Sendable {
    /// The zone of a date-time.
    public enum Zone: Hashable, Sendable {
        /// Minutes east of UTC, -5999…5999 (`-9959` to `+9959` on the wire).
        case offset(minutes: Int)
        /// `-0000`: the time is UTC, the local zone is not known (RFC 5322 §3.3).
        case unknown
    }

    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted, from year 0 to year 9999.
    public let secondsSince1970: Int64
    /// The zone the date-time was written in, or is to be printed in.
    public let zone: Zone

    // 0000-01-06 and 9999-12-26: any offset still gives a year of four digits
    private static let earliest: Int64 = -62_166_787_200
    private static let latest: Int64 = 253_401_782_400

    /// An instant outside the years 0…9999 is moved to the nearest instant inside.
    public init(secondsSince1970: Int64, zone: Zone = .offset(minutes: 0)) {
        self.secondsSince1970 = min(max(secondsSince1970, Self.earliest), Self.latest)
        switch zone {
        case .offset(let minutes): self.zone = .offset(minutes: min(max(minutes, -5_999), 5_999))
        case .unknown: self.zone = .unknown
        }
    }

    /// Minutes east of UTC; 0 when the zone is unknown.
    public var offsetMinutes: Int {
        switch zone {
        case .offset(let minutes): minutes
        case .unknown: 0
        }
    }

    /// The same instant cut to its full hour and printed in UTC: what a trace field may tell when it shall tell little.
    public var coarse: InternetDate { cut(toFull: 3_600) }

    /// The same instant as exactly as a trace field may tell it.
    func told(_ precision: TracePrivacy.Precision) -> InternetDate {
        switch precision {
        case .second: self
        case .hour: coarse
        case .day: cut(toFull: 86_400)
        }
    }

    private func cut(toFull seconds: Int64) -> InternetDate {
        InternetDate(secondsSince1970: secondsSince1970 - ((secondsSince1970 % seconds) + seconds) % seconds)
    }

    /// The date-time in the form of RFC 5322 §3.3: `Tue, 1 Jul 2003 10:52:37 +0200`.
    public var bytes: [UInt8] {
        let local = Int(secondsSince1970) + offsetMinutes * 60
        let secondOfDay = ((local % 86_400) + 86_400) % 86_400
        let days = (local - secondOfDay) / 86_400
        let date = CivilDate(daysSince1970: days)
        let weekday = (((days + 3) % 7) + 7) % 7
        var out: [UInt8] = []
        out.reserveCapacity(31)
        out += Self.weekdays[weekday]
        out += [UInt8(ascii: ","), .space]
        if date.day >= 10 { out.append(Self.digit(date.day / 10)) }
        out += [Self.digit(date.day), .space]
        out += Self.months[date.month - 1]
        out += [.space, Self.digit(date.year / 1_000), Self.digit(date.year / 100)]
        out += [Self.digit(date.year / 10), Self.digit(date.year), .space]
        out += Self.twoDigits(secondOfDay / 3_600) + [UInt8(ascii: ":")]
        out += Self.twoDigits(secondOfDay / 60 % 60) + [UInt8(ascii: ":")]
        out += Self.twoDigits(secondOfDay % 60) + [.space]
        let isWest = zone == .unknown || offsetMinutes < 0
        out.append(isWest ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        out += Self.twoDigits(abs(offsetMinutes) / 60) + Self.twoDigits(abs(offsetMinutes) % 60)
        return out
    }

    static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map { Array($0.utf8) }
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .map { Array($0.utf8) }

    private static func digit(_ value: Int) -> UInt8 { UInt8(0x30 + abs(value % 10)) }

    private static func twoDigits(_ value: Int) -> [UInt8] { [digit(value / 10), digit(value)] }
}
