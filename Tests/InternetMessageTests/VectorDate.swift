import InternetMessage

/// A date as header-vectors-mailparser writes it.
struct VectorDate: Decodable {
    let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
    let tz_before_gmt: Bool
    let tz_hour: Int, tz_minute: Int

    func equals(_ date: InternetDate?) -> Bool {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let date, months.indices.contains(month - 1) else { return false }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let zone = (tz_before_gmt ? "-" : "+") + two(tz_hour) + two(tz_minute)
        let text = "\(day) \(months[month - 1]) \(year) \(hour):\(minute):\(second) \(zone)"
        guard let own = InternetDate(bytes(text)) else { return false }
        return own.secondsSince1970 == date.secondsSince1970 && own.offsetMinutes == date.offsetMinutes
    }
}
