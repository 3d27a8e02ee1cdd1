import InternetMessage

/// Times of reports, as seconds since 1970 in UTC.
enum ReportTime {
    /// The year 2200: no report is about later.
    private static let latest: Int64 = 7_258_118_400
    /// Seconds of a period at most: a report is about a day, some are about a week.
    private static let longest: Int64 = 40 * 86_400

    /// `2016-04-01T00:00:00Z` (RFC 3339), with a fraction or an offset or neither. Nil: it can't be one.
    static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes.count <= 40, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == 0x20, bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), hour < 24, minute < 60, second <= 60
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.exists, let offset = offset(bytes[19...]) else { return nil }
        return Int64(date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset)
    }

    /// Whether a report can be about this period.
    static func isPossible(_ begin: Int64, _ end: Int64) -> Bool {
        begin >= 0 && end >= begin && end <= latest && end - begin <= longest
    }

    /// `2016-04-01`
    static func day(_ seconds: Int64) -> String { String(text(seconds).prefix(10)) }

    /// `2016-04-01T00:00:00Z`
    static func text(_ seconds: Int64) -> String {
        let seconds = min(max(seconds, 0), latest)
        let date = CivilDate(daysSince1970: Int(seconds / 86_400))
        let rest = seconds % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return """
            \(date.year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\
            \(two(rest % 60))Z
            """
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (0x30...0x39).contains($0) } ? digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }

    /// Seconds east of Greenwich.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(1 + digits.count)
        }
        if rest.isEmpty || rest.elementsEqual("Z".utf8) || rest.elementsEqual("z".utf8) { return 0 }
        guard rest.count == 6, let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = number(rest.prefix(2)), rest.dropFirst(2).first == UInt8(ascii: ":"),
            let minutes = number(rest.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
