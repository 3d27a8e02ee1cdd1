import Testing

@testable import InternetMessage

@Suite struct InternetTimestampTests {
    @Test(
        "Moments as RFC 3339 writes them, both ways",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func bothWays(_ seconds: Int64, _ text: String) {
        #expect(InternetTimestamp.text(seconds) == text)
        #expect(InternetTimestamp.seconds(text) == seconds)
    }

    @Test("Moments outside the years 0 to 9999 are moved to the nearest inside")
    func extremes() {
        #expect(InternetTimestamp.text(.max) == "9999-12-31T23:59:59Z")
        #expect(InternetTimestamp.text(.min) == "0000-01-01T00:00:00Z")
        #expect(CivilDate(secondsSince1970: .max).description == "9999-12-31")
        #expect(CivilDate(secondsSince1970: .min).description == "0000-01-01")
        #expect(CivilDate(secondsSince1970: -1).description == "1969-12-31")
    }

    @Test(
        "Fractions, offsets and no zone",
        arguments: [
            ("1996-12-19T16:39:57-08:00", 851_042_397), ("1985-04-12T23:20:50.52Z", 482_196_050),
            ("1990-12-31T23:59:60Z", 662_688_000), ("1970-01-01 00:00:01", 1), ("1970-01-01t00:00:01z", 1),
            ("1970-01-01T05:30:00+05:30", 0),
        ] as [(String, Int64)])
    func forms(_ text: String, _ seconds: Int64) { #expect(InternetTimestamp.seconds(text) == seconds) }

    @Test(
        "What is no timestamp",
        arguments: [
            "", "1970-01-01", "1970-02-30T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+25:00",
            "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00Zulu", "197O-01-01T00:00:00Z",
            "1970-01-01T00:00:00.00000000000000000000000000Z",
        ])
    func none(_ text: String) { #expect(InternetTimestamp.seconds(text) == nil) }
}
