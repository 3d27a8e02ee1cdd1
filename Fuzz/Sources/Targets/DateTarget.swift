import InternetMessage

/// A date-time that is read is written in the form of RFC 5322 §3.3, which is read as the same. Eight octets also
/// stand for any instant.
@Sendable func fuzzDate(_ body: [UInt8]) {
    if let date = InternetDate(body) { check(date) }
    guard body.count >= 10 else { return }
    let seconds = body[..<8].reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
    let minutes = Int(Int16(truncatingIfNeeded: Int(body[8]) << 8 | Int(body[9])))
    for divisor in [Int64(1), 1 << 26] {
        check(InternetDate(secondsSince1970: Int64(bitPattern: seconds) / divisor, zone: .offset(minutes: minutes)))
        check(InternetDate(secondsSince1970: Int64(bitPattern: seconds) / divisor, zone: .unknown))
    }
}

private func check(_ date: InternetDate) {
    let written = date.bytes
    require((30...31).contains(written.count), "\(shown(written)) has another form")
    require(date.coarse.secondsSince1970 <= date.secondsSince1970, "the coarse time is later")
    require(date.coarse.secondsSince1970 % 3_600 == 0, "the coarse time is not a full hour")
    // RFC 5322 §3.3: the year is 1900 or later.
    guard year(written) >= 1_900 else { return }
    require(InternetDate(written) == date, "\(shown(written)) is read as another date")
}

/// The year in `Tue, 1 Jul 2003 10:52:37 +0200`.
private func year(_ written: [UInt8]) -> Int {
    written.dropLast(15).suffix(4).reduce(0) { $0 * 10 + Int($1 & 0x0F) }
}
