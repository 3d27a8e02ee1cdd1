import SamotopCore

/// Content that rests in a sealed file.
struct SealedContent: MailContent {
    let count: Int
    let file: SealedFile

    func read(_ body: (Span<UInt8>) throws -> Void) throws {
        var start = 0
        var index = 0
        while start < count {
            let chunk = try file.read(index, count: min(SealedFile.chunkSize, count - start))
            try body(chunk.span)
            start += chunk.count
            index += 1
        }
    }
}
