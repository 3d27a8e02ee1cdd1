import InternetMessage
import Testing

struct InternetDateTests {
    @Test(
        "RFC 5322 §3.3: a date-time is printed as it was read",
        arguments: [
            ("Thu, 1 Jan 1970 00:00:00 +0000", 0), ("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557),
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706), ("Tue, 29 Feb 2000 23:59:59 +0000", 951_868_799),
            ("Tue, 30 Dec 1969 23:32:54 -0330", -75_426), ("Mon, 1 Jan 1900 00:00:00 +0000", -2_208_988_800),
            ("Thu, 31 Dec 2037 12:00:00 +1345", 2_145_824_100), ("Sun, 10 May 2026 01:02:03 -0000", 1_778_374_923),
        ])
    func roundTrip(date: String, seconds: Int64) throws {
        let read = try #require(InternetDate(bytes(date)))
        #expect(read.secondsSince1970 == seconds)
        #expect(text(read.bytes) == date)
    }

    @Test("days of four centuries are read as they are printed")
    func everyDay() throws {
        for day in stride(from: Int64(-25_567), through: 130_000, by: 17) {
            let date = InternetDate(secondsSince1970: day * 86_400)
            #expect(InternetDate(date.bytes) == date)
        }
    }

    @Test("extremes neither trap nor give a fifth digit", arguments: [Int64.min, .max, -1, 253_402_300_799])
    func extremes(seconds: Int64) {
        for minutes in [Int.min, -5_999, 0, 5_999, Int.max] {
            let date = InternetDate(secondsSince1970: seconds, zone: .offset(minutes: minutes))
            #expect((30...31).contains(date.bytes.count))
        }
        #expect(InternetDate(secondsSince1970: seconds).coarse.secondsSince1970 % 3_600 == 0)
    }

    @Test(
        "what is no date-time is refused",
        arguments: [
            "", "Tue", "1 Jul", "31 Jun 2003 10:00:00 +0000", "29 Feb 1900 10:00:00 +0000", "0 Jan 2000 10:00 +0000",
            "1 Jan 2000 24:00:00 +0000", "1 Jan 2000 10:60:00 +0000", "1 Jan 2000 10:00:61 +0000",
            "1 Jan 1899 10:00:00 +0000", "1 Jan 2000 10:00:00 +0099", "1 Jan 2000 10:00:00 +0000 x",
            "1 Jan 99999 10:00:00 +0000", "1 Jan 2000 10:00:00 +00", "1 Jan 2000 (10:00:00 +0000",
            "Foo, 1 Jan 2000 10:00:00 +0000", "99999999999999999999 Jan 2000 10:00:00 +0000",
        ])
    func refuses(date: String) {
        #expect(InternetDate(bytes(date)) == nil)
    }

    @Test("RFC 5322 §4.3: obsolete years and zones")
    func obsolete() {
        #expect(text(InternetDate(bytes("1 Jan 49 10:00 EST"))?.bytes) == "Fri, 1 Jan 2049 10:00:00 -0500")
        #expect(text(InternetDate(bytes("1 Jan 50 10:00 PDT"))?.bytes) == "Sun, 1 Jan 1950 10:00:00 -0700")
        #expect(text(InternetDate(bytes("1 Jan 100 10:00 z"))?.bytes) == "Sat, 1 Jan 2000 10:00:00 -0000")
        #expect(InternetDate(bytes("31 Dec 2016 23:59:60 UT"))?.secondsSince1970 == 1_483_228_800)
    }

    @Test("a coarse date tells only the hour, in UTC")
    func coarse() {
        let date = InternetDate(bytes("Tue, 1 Jul 2003 10:52:37 +0230"))
        #expect(text(date?.coarse.bytes) == "Tue, 1 Jul 2003 08:00:00 +0000")
    }
}
