/// Writes the octets of one message into several files at once, in large writes.
struct CopyWriter {
    private let files: [CInt]
    private let fileSystem: any FileSystem
    private let lineEnding: LineEnding
    private var buffer: [UInt8] = []
    private var endsWithCR = false
    /// Octets that each file has, or will have after ``finish()``.
    private(set) var count = 0

    static let bufferSize = 64 << 10

    init(files: [CInt], lineEnding: LineEnding, fileSystem: any FileSystem) {
        self.files = files
        self.lineEnding = lineEnding
        self.fileSystem = fileSystem
    }

    mutating func append(_ slice: Span<UInt8>) throws(SystemCallError) {
        var start = 0
        while start < slice.count {
            let end = min(slice.count, start + Self.bufferSize)
            slice.extracting(start..<end).withUnsafeBufferPointer { take($0) }
            start = end
            if buffer.count >= Self.bufferSize { try flush() }
        }
    }

    mutating func finish() throws(SystemCallError) {
        if endsWithCR { put([0x0D]) }
        endsWithCR = false
        try flush()
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch lineEnding {
        case .crlf:
            buffer.append(contentsOf: bytes)
            count += bytes.count
        case .lf:
            var rest = bytes[...]
            if endsWithCR, let first = rest.first, first != 0x0A { put([0x0D]) }
            if !rest.isEmpty { endsWithCR = false }
            while let cr = rest.firstIndex(of: 0x0D) {
                put(rest[..<cr])
                rest = rest[(cr + 1)...]
                if let next = rest.first {
                    if next != 0x0A { put([0x0D]) }
                } else {
                    endsWithCR = true
                }
            }
            put(rest)
        }
    }

    private mutating func put(_ bytes: some Collection<UInt8>) {
        buffer.append(contentsOf: bytes)
        count += bytes.count
    }

    private mutating func flush() throws(SystemCallError) {
        for file in files {
            let result: Result<Void, SystemCallError> = buffer.withUnsafeBytes { bytes in
                Result { () throws(SystemCallError) in try fileSystem.writeAll(bytes, to: file) }
            }
            try result.get()
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
