import Glibc
import SamotopCore

@testable import SamotopJournal

/// What a crash left in a segment is read to its end whatever it is; what is read is written as the same.
///
/// The first octet says whether the rest is one record, or what stands behind a segment's header. In this build seals
/// are next to nothing (Fuzz/Crypto), so that records open.
@Sendable func fuzzJournal(_ input: [UInt8]) {
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    if mode & 1 == 0 { record(rest) } else { segment(rest) }
}

private func record(_ octets: [UInt8]) {
    let kind = JournalRecord.Kind(octets)
    guard let record = JournalRecord(octets, largeContents: "/nowhere") else { return }
    guard kind != nil else { return require(false, "a record of no kind: \(shown(octets))") }
    if case .message(let message) = record, message.content is LargeContent { return large(message) }
    guard let written = try? record.encoded() else { return require(false, "can't be written: \(shown(octets))") }
    guard let again = JournalRecord(written, largeContents: "/nowhere"), let twice = try? again.encoded() else {
        return require(false, "can't be read again: \(shown(written))")
    }
    require(written == twice, "\(shown(written)) becomes \(shown(twice))")
}

/// A name from a journal is a file of the folder for large contents, or nothing.
private func large(_ message: ReceivedMessage) {
    var read = 0
    try? message.content.read { read += $0.count }
    require(read == 0, "content came from nowhere")
}

private let path = "/dev/shm/samotop-fuzz-\(getpid())"

private func segment(_ records: [UInt8]) {
    do {
        unlink(path)
        let made = try Segment(path: path, size: Segment.headerLength + records.count + 1)
        made.begin(generation: 3)
        try made.append([])
        try made.file.write(records, at: Segment.headerLength)
        var found: [(UInt64, [UInt8])] = []
        let damaged = try Segment(path: path, size: 0).replay { found.append(($0.sequence, $1)) }
        require(damaged != nil, "the header is whole")
        var lengths = 0
        for (_, octets) in found {
            lengths += Segment.space(for: octets.count)
            _ = JournalRecord.Kind(octets)
        }
        require(lengths <= records.count, "more was read than is there: \(shown(records))")
        // What was torn behind a record takes nothing from those before it.
        guard damaged == 0, found.count > 1 else { return }
        let kept = found.prefix(found.count / 2)
        let cut = kept.reduce(0) { $0 + Segment.space(for: $1.1.count) }
        try made.file.write([UInt8](repeating: 0, count: records.count - cut), at: Segment.headerLength + cut)
        var fewer: [(UInt64, [UInt8])] = []
        _ = try Segment(path: path, size: 0).replay { fewer.append(($0.sequence, $1)) }
        require(fewer.elementsEqual(kept, by: ==), "\(fewer.count) of \(kept.count) records: \(shown(records))")
    } catch {
        require(false, "\(error)")
    }
}
