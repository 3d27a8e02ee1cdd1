extension InternetDate {
    /// Reads a date-time of RFC 5322 §3.3 with the obsolete forms of §4.3: comments, years of two or three digits,
    /// named zones. The weekday is not compared with the date. A missing zone counts as `-0000`.
    ///
    /// - Returns: nil when the bytes are not a date-time, or the day does not exist.
    public init?(_ body: [UInt8]) {
        var scanner = FieldScanner(body)
        guard let date = try? Self.read(&scanner), scanner.isAtEnd else { return nil }
        self = date
    }

    static func read(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> InternetDate {
        try scanner.skipCFWS()
        if let weekday = scanner.take(while: \.isAlpha) {
            guard index(of: scanner.copy(weekday), in: weekdays) != nil else { throw scanner.unexpected }
            try scanner.skipCFWS()
            try scanner.expect(UInt8(ascii: ","))
            try scanner.skipCFWS()
        }
        let day = try number(&scanner, digits: 1...2).value
        try scanner.skipCFWS()
        guard let name = scanner.take(while: \.isAlpha), let month = index(of: scanner.copy(name), in: months) else {
            throw scanner.unexpected
        }
        try scanner.skipCFWS()
        let date = CivilDate(year: try year(&scanner), month: month + 1, day: day)
        guard date.exists else { throw scanner.unexpected }
        try scanner.skipCFWS()
        let time = try timeOfDay(&scanner)
        let zone = try zone(&scanner)
        var seconds = date.daysSince1970 * 86_400 + time
        if case .offset(let minutes) = zone { seconds -= minutes * 60 }
        return InternetDate(secondsSince1970: Int64(seconds), zone: zone)
    }

    private static func timeOfDay(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> Int {
        let hour = try number(&scanner, digits: 1...2).value
        try scanner.skipCFWS()
        try scanner.expect(UInt8(ascii: ":"))
        try scanner.skipCFWS()
        let minute = try number(&scanner, digits: 1...2).value
        try scanner.skipCFWS()
        var second = 0
        if scanner.skip(UInt8(ascii: ":")) {
            try scanner.skipCFWS()
            second = try number(&scanner, digits: 1...2).value
            try scanner.skipCFWS()
        }
        // RFC 5322 §3.3: 60 is a leap second
        guard hour < 24, minute < 60, second <= 60 else { throw scanner.unexpected }
        return hour * 3_600 + minute * 60 + second
    }

    private static func year(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> Int {
        let (value, length) = try number(&scanner, digits: 2...4)
        switch length {
        // RFC 5322 §4.3: 00…49 are 2000…2049, 50…99 and three digits count from 1900
        case 2: return value < 50 ? value + 2_000 : value + 1_900
        case 3: return value + 1_900
        default:
            // RFC 5322 §3.3: year 1900 or later
            guard value >= 1_900 else { throw scanner.unexpected }
            return value
        }
    }

    private static func zone(_ scanner: inout FieldScanner) throws(FieldSyntaxError) -> Zone {
        let zone: Zone
        if let sign = scanner.next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            scanner.advance()
            let value = try number(&scanner, digits: 4...4).value
            let minutes = value / 100 * 60 + value % 100
            guard value % 100 < 60 else { throw scanner.unexpected }
            let isWest = sign == UInt8(ascii: "-")
            zone = isWest && minutes == 0 ? .unknown : .offset(minutes: isWest ? -minutes : minutes)
        } else if let name = scanner.take(while: \.isAlphanumeric) {
            zone = named(scanner.copy(name))
        } else {
            zone = .unknown
        }
        try scanner.skipCFWS()
        return zone
    }

    // RFC 5322 §4.3: military and other zones are "-0000", since nobody knows what they meant
    private static func named(_ name: [UInt8]) -> Zone {
        switch name.map(\.lowercasedASCII) {
        case Array("ut".utf8), Array("gmt".utf8): .offset(minutes: 0)
        case Array("edt".utf8): .offset(minutes: -240)
        case Array("est".utf8), Array("cdt".utf8): .offset(minutes: -300)
        case Array("cst".utf8), Array("mdt".utf8): .offset(minutes: -360)
        case Array("mst".utf8), Array("pdt".utf8): .offset(minutes: -420)
        case Array("pst".utf8): .offset(minutes: -480)
        default: .unknown
        }
    }

    private static func index(of name: [UInt8], in names: [[UInt8]]) -> Int? {
        names.firstIndex { equalIgnoringASCIICase($0, name) }
    }

    private static func number(
        _ scanner: inout FieldScanner, digits: ClosedRange<Int>
    ) throws(FieldSyntaxError) -> (value: Int, length: Int) {
        guard let run = scanner.take(while: \.isDigit), digits.contains(run.count) else { throw scanner.unexpected }
        return (scanner.copy(run).reduce(0) { $0 * 10 + Int($1 & 0x0F) }, run.count)
    }
}
