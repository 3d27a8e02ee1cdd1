import Foundation
import Testing

@testable import SamotopJournal

@Suite struct SegmentTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/segment-0" }

    init() throws { folder = try TemporaryFolder() }

    private func segment(size: Int = 64 << 10) throws -> Segment { try Segment(path: path, size: size) }

    private func written(_ count: Int) throws -> [(sequence: UInt64, octets: [UInt8])] {
        let segment = try segment()
        segment.begin(generation: 7)
        let records = (1...count).map { number in
            (sequence: UInt64(number), octets: [UInt8](repeating: UInt8(number), count: number * 10))
        }
        for record in records { try segment.append([record]) }
        try segment.sync()
        return records
    }

    private func replayed() throws -> [[UInt8]]? { try segment().records()?.records.map(\.octets) }

    @Test func whatWasWrittenIsRead() throws {
        let records = try written(5)
        #expect(try replayed() == records.map(\.octets))
        let segment = try segment()
        _ = try segment.records()
        #expect(segment.generation == 7)
    }

    @Test func aNewFileHoldsNothing() throws { #expect(try replayed() == nil) }

    @Test func aNewLifeForgetsTheOldOne() throws {
        _ = try written(5)
        let segment = try segment()
        segment.begin(generation: 8)
        try segment.append([(sequence: 9, octets: [1, 2, 3])])
        try segment.sync()
        #expect(try replayed() == [[1, 2, 3]])
    }

    @Test func aDestroyedSegmentHoldsNothingReadable() throws {
        _ = try written(3)
        let segment = try segment()
        _ = try segment.records()
        try segment.destroy()
        #expect(try replayed() == nil)
    }

    @Test("P01: with the instance's key the segment's own isn't on the disk; another one's mail is an error")
    func wrappedKey() throws {
        let (key, other) = ([UInt8](repeating: 7, count: 32), [UInt8](repeating: 8, count: 32))
        let segment = try Segment(path: path, size: 64 << 10, wrap: KeyWrap(instanceKey: key, isUsed: true))
        segment.begin(generation: 3)
        try segment.append([(sequence: 1, octets: [1, 2, 3])])
        try segment.sync()
        // Version 2; where version 1 has the key is what doesn't open the record.
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        #expect(bytes[8] == 2)
        let head = Segment.headerLength
        let sealed = bytes[(head + 16)..<(head + 16 + 3 + SegmentSeal.overhead)]
        for start in 0..<200 {
            #expect(SegmentSeal(key: Array(bytes[start..<(start + 32)])).open(sealed, sequence: 1) == nil)
        }
        for isUsed in [true, false] {
            let wrap = KeyWrap(instanceKey: key, isUsed: isUsed)
            #expect(
                try Segment(path: path, size: 64 << 10, wrap: wrap).records()?.records.map(\.octets) == [[1, 2, 3]])
        }
        for wrap in [nil, KeyWrap(instanceKey: other, isUsed: true)] {
            #expect(throws: JournalError.self) { _ = try Segment(path: path, size: 64 << 10, wrap: wrap).records() }
        }
    }

    @Test func contentIsNotOnTheDiskInClear() throws {
        let segment = try segment()
        segment.begin(generation: 1)
        try segment.append([(sequence: 1, octets: Array("a canary that nobody else says".utf8))])
        try segment.sync()
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.range(of: Data("canary".utf8)) == nil)
    }

    @Test("F08: a tail torn at any octet is no record, and nothing before it is lost") func tornTail() throws {
        let records = try written(4)
        let whole = try #require(FileManager.default.contents(atPath: path))
        let end = Segment.headerLength + records.reduce(0) { $0 + Segment.space(for: $1.octets.count) }
        let last = Segment.space(for: records[3].octets.count)
        for cut in (end - last)..<end {
            var torn = whole
            torn.resetBytes(in: cut..<torn.count)
            try torn.write(to: URL(fileURLWithPath: path))
            let expected = records.prefix(3).map(\.octets)
            #expect(try replayed() == Array(expected), "cut at \(cut)")
        }
    }

    @Test("F08: a flipped bit anywhere in a record loses that record alone, and is noticed") func flippedBit() throws {
        let records = try written(3)
        let whole = try #require(FileManager.default.contents(atPath: path))
        let start = Segment.headerLength + Segment.space(for: records[0].octets.count)
        for index in start..<(start + Segment.space(for: records[1].octets.count)) {
            var flipped = whole
            flipped[index] ^= 0x10
            try flipped.write(to: URL(fileURLWithPath: path))
            let replay = try #require(try segment().records())
            #expect(replay.records.map(\.octets) == [records[0].octets, records[2].octets], "flipped at \(index)")
            #expect(replay.damaged == 1)
        }
    }

    @Test("F08: a damaged header is read from its copy; when both are damaged that is noticed")
    func damagedHeader() throws {
        let records = try written(2).map(\.octets)
        let whole = try #require(FileManager.default.contents(atPath: path))
        for index in 0..<84 {
            var flipped = whole
            flipped[index] ^= 1
            try flipped.write(to: URL(fileURLWithPath: path))
            #expect(try replayed() == records, "flipped at \(index)")
            flipped[Segment.headerLength / 2 + index] ^= 1
            try flipped.write(to: URL(fileURLWithPath: path))
            let segment = try segment()
            #expect(try segment.records() == nil, "flipped at \(index)")
            #expect(segment.isDamaged, "flipped at \(index)")
        }
    }

    @Test("I09: what is no file of ours is refused") func foreignFile() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
        #expect(throws: JournalError.self) { try segment() }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: JournalError.self) { try segment() }
    }

    @Test("I09: an empty and a cut file are made whole") func emptyFile() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(try replayed() == nil)
        try Data("SAMOTOPJ".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try replayed() == nil)
    }
}
