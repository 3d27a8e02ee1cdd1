import InternetMessage
import SamotopTesting
import Testing

@testable import SamotopCore

/// S28: ids never repeat, whatever the clock and however many ask at once.
@Suite struct IdentifierTests {
    @Test("S28: ids are unique with a stopped clock") func idsAreUniqueWithAStoppedClock() async {
        let source = IdentifierSource(clock: ManualClock())
        let ids = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<20 { group.addTask { (0..<5_000).map { _ in source.next() } } }
            return await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(ids.count == 100_000 && Set(ids).count == 100_000)
        #expect(ids.allSatisfy { id in id.utf8.count == 26 && id.utf8.allSatisfy { Self.alphabet.contains($0) } })
        // Without the random half they still differ: time and counter alone keep them apart.
        #expect(Set(ids.map { [$0.prefix(13), Self.spareBit($0)] }).count == 100_000)
    }

    private static let alphabet = Set("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// The counter's second bit stands on top of the random half.
    private static func spareBit(_ id: String) -> Substring {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let value = digits.firstIndex { $0 == id[id.index(id.startIndex, offsetBy: 13)] } ?? 0
        return value & 16 == 0 ? "0" : "1"
    }

    @Test("F10: the clock jumps to and fro, and no id comes twice") func clockJumps() {
        let clock = ManualClock(seconds: 1_800_000_000)
        let source = IdentifierSource(clock: clock)
        let hour: Int64 = 3_600
        let jumps = [hour, -hour, 87_660 * hour, -87_660 * hour, 0, 347_483_649, -347_483_649, -1_800_000_001, 1]
        var ids: [String] = []
        for jump in jumps + jumps {
            clock.advance(by: jump)
            ids += (0..<1_000).map { _ in source.next() }
        }
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids.map { [$0.prefix(13), Self.spareBit($0)] }).count == ids.count)
    }

    @Test(
        "P01: ids tell the time no better than trace fields, and stay unique",
        arguments: [(true, Int64(86_400)), (false, 3_600)])
    func coarse(isDay: Bool, unit: Int64) {
        let clock = ManualClock(seconds: 1_700_000_000)
        let source = IdentifierSource(clock: clock, precision: isDay ? .day : .hour)
        var ids: [String] = []
        for _ in 0..<100 {
            ids.append(source.next())
            clock.advance(by: 1)
        }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { Self.seconds($0) == 1_700_000_000 / unit * unit })
        #expect(Self.seconds(IdentifierSource(clock: clock).next()) == 1_700_000_100)
    }

    /// The 40 bits of seconds in the first half.
    private static func seconds(_ id: String) -> Int64 {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let bits = id.prefix(13).reduce(UInt64(0)) { $0 << 5 | UInt64(digits.firstIndex(of: $1) ?? 0) }
        return Int64(bits >> 24 & 0xFF_FFFF_FFFF)
    }

    @Test(arguments: [0, -1, Int64.max, Int64.min, 1 << 40]) func anyClockWillDo(_ seconds: Int64) {
        let source = IdentifierSource(clock: ManualClock(seconds: seconds))
        #expect(Set((0..<1_000).map { _ in source.next() }).count == 1_000)
    }
}
