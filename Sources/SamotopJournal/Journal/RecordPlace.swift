#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where a record rests, so that what waits for its delivery takes no memory.
///
/// Good until the record is settled; its segment may be used again then, and the record doesn't open any more.
struct RecordPlace: Sendable {
    let sequence: UInt64
    let file: SegmentFile
    let seal: SegmentSeal
    /// Of the sealed octets in the file.
    let offset: Int
    /// Sealed octets.
    let length: Int

    /// Reads and opens the record. Blocks: only for storage threads.
    func octets() throws(JournalError) -> [UInt8] {
        let sealed = try file.read(length, at: offset)
        guard sealed.count == length, let octets = seal.open(sealed[...], sequence: sequence) else {
            throw JournalError(path: file.path, code: EIO, call: "record \(sequence) is not as it was written")
        }
        return octets
    }
}
